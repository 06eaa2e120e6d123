# Symposion: the few commands a newcomer needs. `make help` lists them.
#
#   make demo PYTHON=python3.13    names the Python to use; 3.11 or newer

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && exit; \
	done; echo python3)
VENV := .venv
BIN := $(VENV)/bin
DEMO ?=
PYTEST ?= -n 2
FUZZ ?=

# uv is faster and is used if it is there; pip is enough, and compiles without being asked.
INSTALL = $(if $(shell command -v uv 2>/dev/null),uv pip install --quiet --compile-bytecode --python $(BIN)/python,\
	$(BIN)/python -m pip install --quiet --disable-pip-version-check)

.DEFAULT_GOAL := help
.PHONY: help install run demo test check fuzz docs lock clean

help: ## List the commands.
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

install: $(VENV)/core ## Set up .venv with all that is needed to run.

run: $(VENV)/core ## Start the server.
	@$(BIN)/symposion serve

demo: $(VENV)/core ## Play a conversation in the terminal; pass options in DEMO="--turns 20".
	@$(BIN)/symposion demo $(DEMO)

test: $(VENV)/dev ## Run all tests.
	@$(BIN)/python -m pytest $(PYTEST)

check: $(VENV)/dev ## Check form, types and import contracts.
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/pyright
	@$(BIN)/lint-imports

fuzz: $(VENV)/dev ## Throw requests at every operation; pass options in FUZZ="-n 100".
	@fuzz/run $(FUZZ)

docs: $(VENV)/dev ## Write the pages that are made from code.
	@$(BIN)/python -m symposion.reference
	@$(BIN)/symposion demo --turns 9 --seed 3 --picture docs/demo.svg

lock: ## Write the requirements files anew (needs uv).
	uv lock --upgrade
	uv export $(EXPORT) --no-dev --output-file requirements.txt
	uv export $(EXPORT) --no-dev --all-extras --output-file requirements-production.txt
	uv export $(EXPORT) --all-extras --group dev --output-file requirements/dev.txt
	uv export $(EXPORT) --only-group build --output-file requirements/build.txt
	uv export $(EXPORT) --only-group fuzz --output-file requirements/fuzz.txt

EXPORT := --quiet --format requirements.txt --no-emit-project --no-header --no-annotate

clean: ## Remove .venv.
	rm -rf $(VENV)

# Each stamp stands for what was installed from the files it depends on.

$(VENV)/python: | check-python
	@echo "Setting up $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/core: $(VENV)/python requirements.txt requirements/build.txt pyproject.toml
	@echo "Installing what is needed to run ..."
	@$(INSTALL) --require-hashes -r requirements.txt -r requirements/build.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: $(VENV)/core requirements/dev.txt
	@echo "Installing what is needed to test ..."
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

.PHONY: check-python
check-python:
	@command -v $(PYTHON) >/dev/null || { \
		echo "There is no $(PYTHON) here. Install Python 3.11 or newer, or name one:" \
			"make install PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Symposion needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version)." \
			"Name another: make install PYTHON=/path/to/python3.12" >&2; exit 1; }
