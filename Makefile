# Everything is set up on the first call: a virtual environment in .venv/ with the project in it.
# Other Python: make PYTHON=python3.12 site. Linux without an NVIDIA GPU, a far smaller download of torch:
#   PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu make site

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV := $(VENV)/.dev

.DEFAULT_GOAL := help
.PHONY: help venv site site-cold serve test test-all lint format bench clean
.DELETE_ON_ERROR:

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: $(READY) ## set up .venv with the project in it

site: $(READY) ## paint and build the examples site into site/
	$(BIN)/mkdocs build --strict

site-cold: $(READY) ## the same with an empty cache: paint everything again
	rm -rf .cache/deepartist
	DEEPARTIST_RENDER=all $(BIN)/mkdocs build --strict

serve: $(READY) ## look at the site in a browser, at http://127.0.0.1:8000
	$(BIN)/mkdocs serve

test: lint ## linters, types, and every test that takes less than a few seconds
	$(BIN)/pytest -m "not slow" --cov --cov-report=term

test-all: lint ## the same with the slow tests: real paintings, killed builds, browsers
	$(BIN)/pytest --cov --cov-report=term

lint: $(DEV) ## ruff, mypy --strict, and the rules of who may import whom
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEV) ## let ruff lay out the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(DEV) ## measure again what is claimed about speed and memory
	@set -e; for each in $$(grep -l __main__ benchmarks/*.py); do echo "== $$each"; $(BIN)/python $$each; done

clean: ## remove what can be made again; paintings in .cache stay
	rm -rf $(VENV) site dist .coverage* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# pip comes from the outer Python: Debian's leaves out ensurepip, which venv would need to bring its own.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv --without-pip $(VENV)
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --upgrade "pip>=25.1"

$(READY): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --editable '.[site]'
	@touch $@

$(DEV): pyproject.toml $(READY) | $(BIN)/python
	$(BIN)/python -m pip install --group dev
	@touch $@
