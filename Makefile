# make demo, make test: each does all its own set-up. The rest is for developers.
SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := .venv/bin
# The tests start hundreds of servers: each would compile the whole product anew.
unexport PYTHONDONTWRITEBYTECODE
# Three workers, since many tests wait; a file's tests share a server (tools/turns.py).
# The README is tried, too: on a clone of what is committed, which calls no tests.
PYTEST := HABITUE_README=1 $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder
.PHONY: help demo test check types rules features torture mutants format docs lock measure sbom dev \
  services clean wheels offline audit

help: ## Say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: ## Play the demo and leave the server running; ARGS=--once plays it and ends
	@tools/venv.sh requirements.lock
	@$(BIN)/habitue demo $(ARGS)

test: ## Everything CI does: lints, types, contracts, tests, docs/features.md
	@$(MAKE) --no-print-directory --jobs 2 dev services
	@$(MAKE) --no-print-directory check
	@$(PYTEST) --features docs/features.md $(ARGS)

check: dev ## Lints, format, types, import contracts, house rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(MAKE) --no-print-directory --jobs 2 --output-sync types rules

types:
	@$(BIN)/mypy

rules:
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m tools.rules
	@$(BIN)/python -m tools.licences

features: dev ## Run the tests that show a feature, and write docs/features.md
	@tools/services.sh
	@$(PYTEST) -m feature --features docs/features.md $(ARGS)

torture: dev ## The test plan, row by row: T="T01 T08", LONG=1, AGAIN=1, WRITE=1, JOBS=2
	@tools/services.sh
	@$(BIN)/python -m tools.torture $(if $(LONG),--long) $(if $(AGAIN),--again) \
	  $(if $(WRITE),--write) $(if $(JOBS),--jobs $(JOBS)) $(T)

mutants: dev ## Break each guarantee on purpose; a test has to find it: M="name ..", AGAIN=1
	@tools/services.sh
	@$(BIN)/python -m tools.mutants $(if $(AGAIN),--again) $(M)

format: dev ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: dev ## Write the pages that are made from the code: settings, glossary
	@$(BIN)/python -m tools.pages

measure: dev ## Print the lengths of functions and files
	@$(BIN)/python -m tools.measure

sbom: dev ## Write what the product is made of to dist/sbom.json (CycloneDX)
	@$(BIN)/python -m tools.sbom dist/sbom.json

wheels: dev ## Bring the wheels that the lock names, for an installation without a network
	@PYTHON=$(BIN)/python tools/offline.sh fetch requirements.lock .cache/wheels

offline: ## Install into dist/offline from these wheels alone
	@tools/offline.sh install requirements.lock .cache/wheels dist/offline

audit: dev ## Hold the lock to the advisories in FROM=FOLDER, as osv.dev gives them out
	@$(BIN)/python -m tools.audit $(FROM)

lock: ## Choose the versions of all dependencies anew, with hashes
	@tools/lock.sh

dev:
	@tools/venv.sh requirements-dev.lock

services:
	@tools/services.sh

clean: ## Remove what was made here: the environment, caches, builds
	@rm -rf .venv .cache build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis \
	  .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
