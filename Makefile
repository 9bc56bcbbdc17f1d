# ClinicDesk: everything a newcomer needs is `make run` and `make test`.

SHELL := /bin/bash
VENV ?= .venv
PY := $(VENV)/bin/python
# A clinic with made-up people. Remove the folder for a new one.
DEMO ?= demo-clinic
# How many tests run at once.
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup setup-test run demo test lint format types layers pytest bench plan-benchmark mutants screenshots lock fonts \
	translations package clean

help: ## Show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: ## System libraries, virtual environment, locked dependencies (quick when they are there)
	@scripts/setup.sh run

setup-test: ## The same, and what the checks need (PostgreSQL, pytest, ruff, mypy)
	@scripts/setup.sh test

run: demo ## Open ClinicDesk on a demo clinic
	@$(PY) -m clinicdesk --data "$(DEMO)"

demo: setup ## Make the demo clinic, once
	@[ -e "$(DEMO)/clinic.keys" ] || $(PY) -m clinicdesk demo --data "$(DEMO)"

test: setup-test ## Set up and run every check; all are run even where one fails
	@$(MAKE) --no-print-directory --keep-going lint types layers pytest

lint: setup-test ## Style and format
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

format: setup-test ## Put the style right where a tool can
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

types: setup-test ## Strict types
	$(VENV)/bin/mypy

layers: setup-test ## The layers of the house and its fences
	$(VENV)/bin/lint-imports

pytest: setup-test ## The tests alone
	$(PY) -m pytest -n $(WORKERS) --dist worksteal

bench: setup-test ## Every speed that is promised, beside its floor (DATA=folder for a demo clinic of your own)
	$(PY) -m tests.benchmarks $(if $(DATA),--data "$(DATA)")

plan-benchmark: setup-test ## Public scheduling instances, name value bound seconds (FILES="a.dzn b.dzn", SECONDS=60 each)
	@$(PY) -m tests.benchmarks.plan_benchmark $(if $(SECONDS),--seconds $(SECONDS)) $(FILES)

mutants: setup-test ## Changes of a rule that no test notices (FILES="clinicdesk/domain/advice.py ...", TESTS= further tests)
	@$(PY) -m scripts.mutants --workers $(WORKERS) $(FILES) --tests $(TESTS)

screenshots: setup-test ## The pictures in docs/
	xvfb-run -a -s "-screen 0 1600x1000x24" $(PY) -m scripts.make_screenshots

lock: setup-test ## Choose versions anew, within the bounds of pyproject.toml
	scripts/lock.sh "$(VENV)/bin/uv"

fonts: setup-test ## The two font files in resources/fonts, out of the variable font
	$(PY) -m scripts.make_fonts

translations: setup-test ## Collect the visible texts into resources/translations
	$(PY) -m scripts.make_translations

package: setup-test ## A Debian package in dist/
	installer/linux/build.sh "$(PY)"

clean: ## Remove what was made here, the virtual environment and the demo clinic too
	rm -rf $(VENV) build dist "$(DEMO)" .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
