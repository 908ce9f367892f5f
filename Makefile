# Concepts in Deep Learning: `make html` builds the book, `make test` tests it, `make help` lists the rest.

PYTHON ?= python3
VENV ?= .venv
EDITIONS := zh en zh-en

BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
export PYTHONPATH := $(CURDIR)

.DEFAULT_GOAL := help
.PHONY: help lock lint clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# ---------------------------------------------------------------- environment

$(INSTALLED): requirements.txt package-lock.json pyproject.toml
	@$(PYTHON) -c 'import sys; v = "%d.%d" % sys.version_info[:2]; \
	    sys.exit(sys.version_info < (3, 11) and f"Python 3.11 or newer is wanted, $(PYTHON) is {v}")'
	@echo "==> installing the locked requirements into $(VENV) (once; a few minutes)"
	@$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

lock: $(INSTALLED) ## renew requirements.txt: every version and hash, for Python 3.11 and newer
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	    --all-extras --generate-hashes --upgrade --custom-compile-command "make lock" \
	    pyproject.toml --output-file requirements.txt

lint: $(INSTALLED) ## ruff (lint and format) and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean: ## remove everything that was built; the environment stays
	rm -rf _build
