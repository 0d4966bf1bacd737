# Every target does its own set-up: provisioning/bootstrap.sh takes under a second when nothing is to do.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
BOOTSTRAP := provisioning/bootstrap.sh
LOCK := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate
CUTS ?= 5000
DEATHS ?= 100
ARGS ?=

.PHONY: help words demo test check bench test-powercut test-courier test-office test-pi test-pi-full test-machine deb lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

demo: ## record, seal, verify and open on bench hardware: make demo ARGS="--camera film:some.mp4"
	@$(BOOTSTRAP) run
	$(PYTHON) -m appliance demo $(ARGS)

test: ## everything that CI runs: check, then all tests; make test ARGS="-k lanes" for some of them
	@$(BOOTSTRAP) test
	@$(MAKE) --no-print-directory lint
	$(PYTHON) -m tests $(ARGS)

check: ## lint, formatting, types and the import directions: seconds, no tests
	@$(BOOTSTRAP) dev
	@$(MAKE) --no-print-directory lint
	$(PYTHON) -m pytest -q tests/test_architecture.py

.PHONY: lint
lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	@cd tests/types && if command -v npm >/dev/null; then { [ -e node_modules/typescript ] || npm ci --silent --no-audit --no-fund --ignore-scripts; } && node_modules/.bin/tsc -p .; else echo "NOT CHECKED: the types of web_ui/static (npm is missing)"; fi

bench: ## the numbers of the README, each beside a peer; make bench ARGS=--quick shows that every row runs
	@$(BOOTSTRAP) test
	$(PYTHON) -m tests.bench $(ARGS)

test-powercut: ## 5,000 power cuts, or CUTS=n (root, FUSE and loop devices; SEED=n repeats a run)
	@$(BOOTSTRAP) test
	POWERCUT_CUTS=$(CUTS) POWERCUT_REQUIRED=1 $(if $(SEED),POWERCUT_SEED=$(SEED)) $(PYTHON) -m pytest -s tests/powercut $(ARGS)

test-office: ## 100 kills of the office's end, or KILLS=n, and every step of taking in and erasing stopped
	@$(BOOTSTRAP) test
	FIELDREEL_INGEST_KILLS=$(or $(KILLS),100) FIELDREEL_ALL_STOPS=1 $(PYTHON) -m pytest -s tests/office tests/recorder/test_erasures.py $(ARGS)

test-courier: ## 100 deaths each of courier and SFTP server, or DEATHS=n (root, sshd; SEED=n repeats a run)
	@$(BOOTSTRAP) test
	COURIER_DEATHS=$(DEATHS) $(if $(SEED),KILL_SEED=$(SEED)) $(PYTHON) -m pytest -s tests/courier $(ARGS)

looks: ## every page in every state in all four languages, with pictures in artefacts/pages
	@$(BOOTSTRAP) test
	FIELDREEL_LOOKS=all $(PYTHON) -m pytest tests/pages/test_looks.py $(ARGS)

words: ## bring the catalogs of appliance/languages up to date with what the pages say
	@$(BOOTSTRAP) dev
	$(PYTHON) -m tests.words

test-pi: ## the .deb on a whole Debian in a container: units, sandboxes, watchdog, upgrade (root; makes the lab once)
	@$(BOOTSTRAP) test
	FIELDREEL_LAB_REQUIRED=1 $(PYTHON) -m pytest -s tests/units tests/network tests/boot tests/pi $(ARGS)

test-pi-full: ## the same whole, and in a machine of its own (QEMU): pins, Wi-Fi, watchdogs, the plug pulled; CUTS=n
	@$(BOOTSTRAP) test
	FIELDREEL_LAB_REQUIRED=1 FIELDREEL_PI_FULL=1 $(PYTHON) -m pytest -s tests/units tests/network tests/boot tests/pi $(ARGS)
	FIELDREEL_LAB_REQUIRED=1 FIELDREEL_PI_FULL=1 $(if $(filter command line environment,$(origin CUTS)),CUTS=$(CUTS)) \
	    $(if $(SEED),SEED=$(SEED)) $(PYTHON) -m pytest -s tests/machine $(ARGS)

test-machine: ## only what is in a machine of its own, two cuts of the plug or CUTS=n
	@$(BOOTSTRAP) test
	FIELDREEL_LAB_REQUIRED=1 $(if $(filter command line environment,$(origin CUTS)),CUTS=$(CUTS)) \
	    $(if $(SEED),SEED=$(SEED)) $(PYTHON) -m pytest -s tests/machine $(ARGS)

deb: ## the packages for both kinds of machine, into build/: make deb ARCH=arm64 for one
	@$(BOOTSTRAP) dev
	for arch in $(or $(ARCH),arm64 amd64); do provisioning/deb/build.sh $$arch build; done

lock: ## resolve provisioning/locks anew from pyproject.toml; make lock ARGS=--upgrade for newer versions
	@$(BOOTSTRAP) dev
	$(PYTHON) -m pip install --quiet --disable-pip-version-check uv
	$(LOCK) $(ARGS) pyproject.toml provisioning/locks/build.in -o provisioning/locks/run.txt
	$(LOCK) $(ARGS) --extra dev pyproject.toml provisioning/locks/build.in -o provisioning/locks/dev.txt

clean: ## remove what the targets above made: .venv, caches, demo-home
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis build artefacts demo-home *.egg-info
	find . -name node_modules -prune -exec rm -rf {} +
	find . -name __pycache__ -prune -exec rm -rf {} +
