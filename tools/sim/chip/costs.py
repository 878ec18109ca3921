"""What a hardware call takes on the ESP32, in microseconds of simulated time.

One table for the whole simulated chip. facts = ../shared/facts/micropython.md; "est." means that
nobody has measured it on a board yet: replace the figure and its note when somebody has.
"""

ADC_READ = 50  # one-shot read, facts 7: 40..60 us
PIN = 1  # read or set a GPIO (est., register access behind the call)
PWM = 20  # set duty or frequency (est., LEDC driver)
UART = 30  # read or write the driver's ring buffer (est.)
I2C = 60  # around the bytes of a transfer (est.)
ONEWIRE_RESET = 960  # low for 480 us, and as long for the answer (DS18B20 data sheet)
ONEWIRE_BYTE = 560  # eight slots of 70 us, the same data sheet
SPI = 40  # around the bytes of a transfer (est.)
NEOPIXEL_LED = 30  # 24 bits of 1.25 us, sent with Python waiting; WS2812B data sheet
NEOPIXEL_LATCH = 50  # and the reset pulse behind them, the same data sheet
FLASH_READ = 30  # one block-device read, up to a block (est.)
FLASH_PROGRAM = 1_000  # one page of 256 bytes, design.md seam 3
FLASH_ERASE = 45_000  # one sector of 4 KiB, facts 5.5: typical
FLASH_PROGRAM_SLOW = 3_000  # the worst a data sheet allows (W25Q32: tPP max)
FLASH_ERASE_SLOW = 400_000  # facts 5.5: worst
POLL = 20  # select over a handful of sockets (est.)
SOCKET = 100  # one call into lwIP: a switch of task and back (est.)
LOOKUP = 50_000  # getaddrinfo that is answered (est.)
LOOKUP_DOWN = 3_000_000  # getaddrinfo without a network, design.md seam 3
CONNECT_DOWN = 19_000_000  # connect that nobody answers, facts 7 (issue 9713)
WLAN_ACTIVE = 200_000  # radio on or off (est.); design.md: never while the contactor is closed
WLAN_JOIN = 1_500_000  # from connect() to an address, not blocking (est.)
