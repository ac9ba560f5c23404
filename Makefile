# Two commands: `make demo` (the main job on a bundled sample) and `make test`. Each sets everything up first, once.
PYTHON ?= python3
SERVE ?= 1
# bytecode is kept, so that only the first run compiles the tests
export PYTHONDONTWRITEBYTECODE :=
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.complete
DEMO := demo

.PHONY: help setup demo test unit lint format bench docs clean

help:  ## Show the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(STAMP)  ## Build .venv from the lock, once

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Fazri needs Python 3.11 or newer; say `make PYTHON=python3.12 ...`")'
	@echo "Fazri: building $(VENV), about a minute"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	@echo "Fazri: installing itself"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup  ## The main job on the bundled sample, into ./demo, then its dashboards; SERVE=0 without these
	@$(BIN)/python -m fazri_lib.cli demo $(DEMO) $(if $(filter 0,$(SERVE)),,--serve)

# in groups, because Panel and a browser change their process; only the last knows the whole coverage
test: setup  ## All tests, with branch coverage
	@$(BIN)/python -m coverage erase
	@$(BIN)/python -m pytest -q -m "not (spark or browser or served)" -n 2 --dist loadfile --cov --cov-report= --cov-fail-under=0
	@$(BIN)/python -m pytest -q -m "served and not browser" -n 2 --dist loadfile --cov --cov-append --cov-report= --cov-fail-under=0
	@$(BIN)/python -m pytest -q -m browser -n 2 --dist loadfile --cov --cov-append --cov-report= --cov-fail-under=0
	@$(BIN)/python -m pytest -q -m spark --cov --cov-append --cov-report=term

unit: setup  ## The unit tests alone, under 20 seconds
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile

lint: setup  ## ruff, mypy strict, import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup  ## Bring the code into form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: setup .venv-bench/.complete  ## Accuracy and speed beside baselines and peers
	@$(BIN)/fazri bench

.venv-bench/.complete: requirements-bench.lock
	@echo "Fazri: building .venv-bench for the peers"
	@$(PYTHON) -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements-bench.lock
	@touch $@

docs: setup  ## Write the generated parts of docs/
	@$(BIN)/python -m fazri_lib.cli docs docs

clean:  ## Remove what was built
	@rm -rf $(VENV) .venv-bench $(DEMO) .mypy_cache .ruff_cache .pytest_cache .coverage*
