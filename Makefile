# The front door. Each target says what it does after its ##; `make` alone lists them.
BOARD ?= devkit
PYTHON ?= python3
PY := .venv/bin/python
READY := .venv/.ready
CONSOLE = --board $(BOARD) --port $(or $(PORT),$(error give PORT=, the serial port of the box: /dev/ttyUSB0, /dev/ttyACM0 ...; PORT=sim: a simulated one)) $(if $(BAUD),--baud $(BAUD))

# The simulated chip runs in the PC's time. Whatever takes much of that away makes it late: what failed is run once more
# with nothing beside it, and then for good. Nothing known to have failed: pytest itself did.
ONCE_MORE = { echo "What failed is run once more, alone:"; \
	$(PY) -m pytest --last-failed --last-failed-no-failures none -m "not soak" --maxfail 20; }

.DEFAULT_GOAL := help
.PHONY: help setup build port32 test soak mutants bench matrix iec ocpp docs lint run commission flash monitor wifi pull-log \
	install-micropython keys update clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-19s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## make .venv with everything pinned in requirements.txt
$(READY): requirements.txt tools/setup.py
	@$(PYTHON) tools/setup.py
	@touch $@

build: $(READY) ## make build/BOARD, the tree that is flashed (BOARD=devkit)
	@$(PY) -m tools.build --board $(BOARD)

port32: $(READY) ## fetch a 32-bit MicroPython, the ESP32's word size, into build/port32
	@$(PY) -m tools.port32

test: $(READY) ## run every test (on the 32-bit port too where it can be had)
	@$(PY) -m tools.build --board $(BOARD) --quiet
	@$(PY) -m tools.port32 --if-possible
	@$(PY) -m pytest -n auto --dist loadfile -m "not alone and not soak" || $(ONCE_MORE)
	@$(PY) -m pytest -m alone || $(ONCE_MORE)

soak: $(READY) ## the slow tests; bills while link, server and power die, at every step and for a day (two hours; MINUTES=)
	@$(PY) -m tools.build --board $(BOARD) --quiet
	@$(PY) -m pytest -m soak
	@$(PY) -m host_tests.bench.billing
	@$(PY) -m host_tests.bench.two_hours --minutes $(or $(MINUTES),360)

mutants: $(READY) ## remove each safety function in turn: a unit test must fail (ONLY=word; some four minutes)
	@$(PY) -m tools.mutants $(ONLY)

bench: $(READY) ## print the figures of docs/figures.md: size, memory, flash, timing (some twenty minutes)
	@$(PY) -m tools.build --board $(BOARD)
	@$(PY) -m tools.port32 --if-possible
	@$(PY) -m host_tests.bench.memory --least
	@$(PY) -m host_tests.bench.peaks
	test ! -x build/port32/micropython || $(PY) -m host_tests.bench.http_candidates build/port32/micropython
	$(PY) -m host_tests.bench.reconnects
	@$(PY) -m host_tests.bench.flash
	$(PY) -m host_tests.bench.journal
	$(PY) -m host_tests.bench.tags
	$(PY) -m host_tests.bench.roundtrip
	@$(PY) -m host_tests.bench.http_rates
	@$(PY) -m host_tests.bench.update
	@$(PY) -m host_tests.bench.starts
	@$(PY) -m host_tests.bench.timing --trials 10
	@$(PY) -m host_tests.bench.boards
	@$(PY) -m host_tests.bench.slots
	@$(PY) -m host_tests.bench.parts
	@$(PY) -m host_tests.bench.flashing
	@$(PY) -m host_tests.bench.doors
	@$(PY) -m host_tests.bench.brokers

matrix: $(READY) ## play each fault in each state of the pilot and write the times into docs/safety.md (some five minutes)
	@$(PY) -m host_tests.bench.fault_matrix

iec: $(READY) ## play the sequences of IEC 61851-1 Table A.6 to the firmware (CPU=50: as slow as the chip)
	@$(PY) -m tools.iec --board $(BOARD) $(if $(CPU),--cpu $(CPU)) $(if $(SPEED),--speed $(SPEED))

ocpp: $(READY) ## run the tests named by an OCPP behaviour and write them into docs/ocpp.md
	@$(PY) -m tools.build --board $(BOARD) --quiet
	@$(PY) -m pytest -n auto --dist loadfile --behaviours
	@$(PY) -m tools.ocpp_page

docs: $(READY) ## write the pages that come from tables
	@$(PY) -m tools.docs

lint: $(READY) ## ruff, rules and format
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .

run: $(READY) ## a wallbox, a car and a central system (ONCE=1: one session; SPEED=20; DATA=folder)
	@$(PY) -m tools.run --board $(BOARD) $(if $(ONCE),--once) $(if $(SPEED),--speed $(SPEED)) $(if $(DATA),--data $(DATA))

commission: $(READY) ## commission a wallbox at its console (PORT=/dev/ttyUSB0; OUTLET=2); without PORT a simulated BOARD
	@$(PY) -m tools.commission $(if $(filter-out sim,$(PORT)),--port $(PORT),--simulated $(BOARD)) $(if $(OUTLET),--outlet $(OUTLET)) \
		$(if $(DATA),--data $(DATA))

flash: $(READY) ## put the firmware on a box (PORT=/dev/ttyUSB0, sim: a simulated one; FORCE=1, ERASE=1)
	@$(PY) -m tools.flash $(CONSOLE) $(if $(FORCE),--force) $(if $(ERASE),--erase) $(if $(filter yes,$(ERASE)),--yes)

monitor: $(READY) ## show what a box says on its console (PORT=); Ctrl-C ends it, the box runs on
	@$(PY) -m tools.monitor $(CONSOLE)

wifi: $(READY) ## tell a box its network over the console (PORT= SSID=; asks for the password, or WIFI_PASSWORD=)
	@$(PY) -m tools.wifi $(CONSOLE) --ssid "$(or $(SSID),$(error give SSID=, the name of your network))"

pull-log: $(READY) ## fetch what a box has noted: settings, journal, crash, console of a start (PORT= TO=folder)
	@$(PY) -m tools.pull_log $(CONSOLE) $(if $(TO),--to "$(TO)")

install-micropython: $(READY) ## put MicroPython on a blank chip (PORT= IMG=); without IMG says which image to take
	@$(PY) -m tools.install_micropython --board $(BOARD) $(if $(PORT),--port $(PORT)) $(if $(IMG),--image "$(IMG)")

keys: $(READY) ## make keys/NAME.pem, which signs updates, and keys/NAME.pub, which goes into the firmware (NAME=owner)
	@$(PY) -m tools.update keys $(if $(NAME),--name $(NAME))

update: $(READY) ## make build/BOARD-VERSION.pw, a signed update file (BOARD=devkit; VERSION=1.2)
	@$(PY) -m tools.update make --board $(BOARD) $(if $(VERSION),--version $(VERSION))

clean: ## remove what was built and the simulated wallbox's data; .venv stays
	rm -rf build data .pytest_cache .ruff_cache
