"""Show what a wallbox says on its serial console, and nothing else: it is not stopped, nothing is typed.

python -m tools.monitor --port /dev/ttyUSB0       Ctrl-C ends it
"""

from tools.flash import arguments, opened, told

_FOR_EVER_S = 1 << 40


def main():
    options = arguments("monitor", __doc__).parse_args()
    with told("monitor", "the wallbox runs on"), opened(options.port, options.board, options.baud) as chip:
        chip.listen()
        for line in chip.lines(_FOR_EVER_S):
            print(line, flush=True)


if __name__ == "__main__":
    main()
