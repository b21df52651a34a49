# Everything a newcomer needs. `make help` lists it.
SHELL := /bin/bash
PORT ?= 7860
CATALOGUE ?= journey
VENV := .venv
BIN := $(VENV)/bin
export SHELFTALK_INDEX__CATALOGUE = $(CATALOGUE)
export GRADIO_ANALYTICS_ENABLED = False
export HF_HUB_DISABLE_TELEMETRY = 1
export TOKENIZERS_PARALLELISM = false
export PIP_DISABLE_PIP_VERSION_CHECK = 1

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	command -v $$p >/dev/null 2>&1 && \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && \
	echo $$p && break; done)

.PHONY: help setup data demo test test-unit test-model test-browser test-slow drill pictures lint format types licences audit bench constraints locks clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# By hash: of what a shop needs wheels alone, none of whose code runs to be installed, of the tools
# for tests also sources, where there is no wheel. Then torch, by version alone.
INSTALL := $(BIN)/python -m pip install -q
QUIET := 2> >(grep -v '^WARNING: Location' >&2)
LOCKED := $(INSTALL) --require-hashes --no-deps
OURS := $(INSTALL) -c constraints.txt --no-build-isolation

$(VENV)/core.stamp: pyproject.toml constraints.txt locks/core.txt
	@test -n "$(PYTHON)" || { echo "shelftalk needs Python 3.11, 3.12 or 3.13 on the PATH; none was found."; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the packages (a few minutes the first time) ..."
	@$(LOCKED) --only-binary :all: -r locks/core.txt $(QUIET)
	@$(OURS) -e . $(QUIET)
	@touch $@

$(VENV)/dev.stamp: $(VENV)/core.stamp locks/all.txt
	@$(LOCKED) --prefer-binary -r locks/all.txt $(QUIET)
	@$(OURS) -e '.[dev,rank,train]' $(QUIET)
	@touch $@

setup: $(VENV)/core.stamp ## Install the packages into .venv

data: setup ## Fetch the small models and the data, build the index (once)
	@$(BIN)/shelftalk prepare

demo: data ## Open the assistant in the browser (PORT=7860, CATALOGUE=journey)
	@$(BIN)/shelftalk serve --port $(PORT)

test: test-unit test-model test-browser ## All tests but the slow ring

test-unit: $(VENV)/dev.stamp ## No weights, seconds
	$(BIN)/python -m pytest -q -n 2 --doctest-modules tests index assistant finetune eval ui \
		-m "not model and not browser and not slow"

test-model: $(VENV)/dev.stamp data ## Real small weights on the real data
	$(BIN)/python -m pytest -q -m "model and not browser and not slow"

test-browser: $(VENV)/dev.stamp data ## A real chromium on the real page
	$(BIN)/python -m pytest -q -m "browser and not slow"

drill: $(VENV)/dev.stamp data ## Kill, starve, flood and lie to a small shop of its own (KINDS="kill-build …")
	$(BIN)/shelftalk drill $(addprefix --kind ,$(KINDS))

pictures: $(VENV)/dev.stamp data ## Screenshots of every screen, into pictures/
	$(BIN)/python -m tests.browser.pictures pictures

test-slow: $(VENV)/dev.stamp data ## Minutes; for a quiet machine
	$(BIN)/python -m pytest -q -m slow
	HYPOTHESIS_PROFILE=thorough $(BIN)/python -m pytest -q -n 2 -m "not model and not browser and not slow"

lint: $(VENV)/dev.stamp ## ruff, check and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/dev.stamp ## Let ruff write
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/dev.stamp ## mypy, strict
	$(BIN)/mypy

licences: $(VENV)/dev.stamp ## Every package and its licence; fails on one that may not be used
	@$(BIN)/python .ci/licences.py

# In an environment of its own: it lists what it looks at, not itself.
$(VENV)/audit.stamp: .ci/audit.txt
	@$(PYTHON) -m venv $(VENV)/audit
	@$(VENV)/audit/bin/python -m pip install -q -r .ci/audit.txt $(QUIET)
	@touch $@

audit: $(VENV)/dev.stamp $(VENV)/audit.stamp ## Known weaknesses of the packages; writes the bill of materials var/bom.json
	@mkdir -p var
	@$(VENV)/audit/bin/cyclonedx-py environment $(BIN)/python --pyproject pyproject.toml --output-reproducible -o var/bom.json
	@echo "The bill of materials lies in var/bom.json (CycloneDX)."
	@$(BIN)/python .ci/audit.py $(VENV)/audit/bin/pip-audit

bench: data ## The measured targets: the index, then a hundred turns
	$(BIN)/shelftalk bench index
	$(BIN)/shelftalk bench turn

constraints: ## Write constraints.txt from what is installed, then the locks
	@{ head -n 2 constraints.txt; echo "torch==$$($(BIN)/python -c 'import torch; print(torch.__version__.split("+")[0])')"; \
	$(BIN)/python -m pip freeze --exclude-editable | grep -v -E '^(#|-e|torch==)|@'; } > constraints.part && mv constraints.part constraints.txt
	@$(MAKE) --no-print-directory locks

# For every Python and platform that pyproject.toml allows, whatever runs here.
LOCK = printf 'hatchling\neditables\n' | $(VENV)/lock/bin/uv pip compile -q pyproject.toml - \
	-c constraints.txt --config-file locks/uv.toml --universal --python-version 3.11 \
	--generate-hashes --no-emit-package torch --no-annotate \
	--custom-compile-command 'make locks'

locks: ## Write the hashes of the versions in constraints.txt, for every platform, into locks/
	@$(PYTHON) -m venv $(VENV)/lock
	@$(VENV)/lock/bin/python -m pip install -q uv==0.13.9 $(QUIET)
	@$(LOCK) --only-binary :all: -o locks/core.txt
	@$(LOCK) --all-extras -o locks/all.txt

clean: ## Remove the environment and the tool caches (not the data)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
