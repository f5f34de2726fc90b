# Sakkan: `make run` starts the studio, `make test` proves it. `make help` lists the rest.
SHELL := /bin/bash
VENV ?= .venv
PYTHON ?= python3
PY := $(VENV)/bin/python
PORT ?= 8000
HOST ?= 127.0.0.1
ART ?= ../shared/data/dev
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(PY) -m pip install --quiet -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run install dev test test-fast test-services lint format types bench bench-alarms bench-cleanup bench-drift bench-explain bench-inbetween bench-index bench-licence bench-pipeline bench-puppets bench-web \
        demo-art screenshots messages clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

$(VENV)/.installed: pyproject.toml constraints.txt
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@echo "Installing Python packages into $(VENV) (a minute or two, once) …"
	@$(PIP) -e '.[ml]'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing the test tools …"
	@$(PIP) -e '.[ml,dev,bench]'
	@touch $@

$(VENV)/.installed-bench: $(VENV)/.installed
	@echo "Installing the baselines of DriftBench …"
	@if $(PIP) -e '.[ml,bench]'; then touch $@; else echo "SKIPPED: baselines whose packages could not be installed."; fi

install: $(VENV)/.installed ## Install what is needed to run
dev: $(VENV)/.installed-dev ## Install what is needed to test and to change it

run: $(VENV)/.installed ## Install, load the demo, start web and worker, print the address and the logins
	@exec $(PY) manage.py serve --demo --host $(HOST) --port $(PORT)

test: $(VENV)/.installed-dev ## Run the whole suite and every check that guards the house
	@bash tests/run.sh

test-fast: $(VENV)/.installed-dev ## Run the tests that need neither browser nor broker
	@$(PY) -m pytest -q -m "not browser and not broker and not slow"

lint: $(VENV)/.installed-dev ## Check style, types and import direction
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/mypy && $(VENV)/bin/lint-imports --no-logo

format: $(VENV)/.installed-dev ## Format the code
	@$(VENV)/bin/ruff check --fix -q . ; $(VENV)/bin/ruff format .

bench: bench-drift bench-alarms bench-cleanup bench-explain bench-inbetween bench-index bench-licence bench-pipeline bench-puppets bench-web ## Print every figure of docs/benchmarks.md again
bench-pipeline: $(VENV)/.installed ## Drawings per second through the whole check
	@$(PY) bench/pipeline.py $(if $(QUICK),--quick)
bench-drift: $(VENV)/.installed-bench ## DriftBench: how well drift is seen, beside every baseline (ART=FOLDER, QUICK=1)
	@$(PY) -m bench.drift --art $(ART) $(if $(QUICK),--quick)

bench-alarms: $(VENV)/.installed ## Alarms promised and kept on clean cuts, and what they find (ART=FOLDER, QUICK=1)
	@$(PY) -m bench.alarms --art $(ART) $(if $(QUICK),--quick)
bench-index: $(VENV)/.installed ## Exact shard and archive of 100,000 and 1,000,000 drawings: recall, p95, memory (QUICK=1)
	@$(PY) -m bench.index $(if $(QUICK),--quick)

bench-licence: $(VENV)/.installed ## Audit, gate and impact of a withdrawal on 100,000 works; real licence records (RECORDS=FOLDER, QUICK=1)
	@$(if $(RECORDS),RECORDS=$(RECORDS)) $(PY) -m bench.licence $(if $(QUICK),--quick)

bench-puppets: $(VENV)/.installed ## Puppets drawn and motions known a second on one core (QUICK=1)
	@$(PY) -m bench.puppets $(if $(QUICK),--quick)

bench-explain: $(VENV)/.installed ## What it costs to explain a flagged drawing, and how often it can be (QUICK=1)
	@$(PY) -m bench.explain $(if $(QUICK),--quick)

bench-inbetween: $(VENV)/.installed ## In-betweening beside RIFE, DIS, cross-fade and hold: puppets, a rig, real sequences, seconds (ART=FOLDER, QUICK=1)
	@$(PY) -m bench.inbetween --fresh --art $(ART) $(if $(QUICK),--quick)

bench-cleanup: $(VENV)/.installed-bench ## Clean-up beside Otsu, potrace and vtracer: roughened puppets, Sita, held drawings, seconds (ART=FOLDER, QUICK=1)
	@$(PY) -m bench.cleanup --art $(ART) $(if $(QUICK),--quick)

bench-web: $(VENV)/.installed-dev ## Pages with 100,000 flags, the next flag in a browser, 50 parallel uploads
	@$(PY) -m bench.web $(if $(QUICK),--quick)

demo-art: $(VENV)/.installed ## Build the demo production from real art and print what was found (ART=FOLDER)
	@$(PY) manage.py demo_art $(ART)

screenshots: $(VENV)/.installed-dev ## Make the pictures of the README and the docs again
	@$(PY) -m tests.screenshots

messages: $(VENV)/.installed-dev ## Collect the strings for the Japanese catalogue, compile it, say what is left
	@$(PY) -m tests.catalogue

clean: ## Remove the virtual environment and caches; the data in var/ stays
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache build *.egg-info
