# digidoc: what can be made here. Plain `make` explains.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PIP := .venv/bin/python -m pip --disable-pip-version-check
PYTEST := .venv/bin/pytest -n 2
INSTALL := $(PIP) install --quiet --require-hashes --no-deps

.PHONY: help demo test quick check bench judges lock upgrade messages reference pictures clean system-run system-test system-bench

help:
	@echo 'make demo       install digidoc here (.venv) and show the whole way on sample scans (demo/)'
	@echo 'make test       install everything for testing and run all checks and tests'
	@echo 'make quick      install everything for testing and run the tests that are not slow'
	@echo 'make check      as make test, without installing: ruff, mypy, import-linter, pytest'
	@echo 'make bench      measure speed and accuracy beside OCRmyPDF (made-up pages and those of DIGIDOC_CORPUS)'
	@echo 'make judges     make .judges/, the outside programs that judge what digidoc writes'
	@echo 'make messages   update the message catalogue from the code and compile it'
	@echo 'make reference  write docs/reference from the code'
	@echo 'make pictures   make the pictures of the README from a demonstration'
	@echo 'make lock       pin the packages that pyproject.toml asks for; make upgrade takes newer ones'
	@echo 'make clean      remove what was made here'

demo: .venv/.runtime
	.venv/bin/digidoc demo demo

test: .venv/.dev .judges/.made
	@$(MAKE) --no-print-directory check

quick: .venv/.dev .judges/.made
	$(PYTEST) -m "not slow"

check:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/mypy --platform win32 --cache-dir .mypy_cache/win32
	.venv/bin/mypy --platform darwin --cache-dir .mypy_cache/darwin
	.venv/bin/lint-imports
	$(PYTEST)

bench: .venv/.runtime system-bench
	.venv/bin/python -m benchmarks.archive
	DIGIDOC_CORPUS="$${DIGIDOC_CORPUS:-$$(cd ../shared/corpus 2>/dev/null && pwd || true)}" .venv/bin/python -m benchmarks.ocr

judges: .judges/.made

lock: .venv/.dev
	scripts/lock.sh .venv/bin/uv

upgrade: .venv/.dev
	scripts/lock.sh .venv/bin/uv --upgrade

messages: .venv/.dev
	.venv/bin/python scripts/messages.py

reference: .venv/.runtime
	.venv/bin/python scripts/make_reference.py

pictures: .venv/.runtime
	.venv/bin/python scripts/make_pictures.py

clean:
	rm -rf .venv .judges demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find digidoc tests benchmarks scripts -name __pycache__ -type d -prune -exec rm -rf {} +

# Looked at every time, but no reason of its own to install anything again.
system-run:
	@scripts/system-packages.sh run

system-test:
	@scripts/system-packages.sh test

system-bench:
	@scripts/system-packages.sh bench

.venv/.runtime: requirements.lock pyproject.toml | system-run
	@[ -x .venv/bin/python ] || "$$(scripts/python.sh)" -m venv .venv
	$(INSTALL) -r requirements.lock
	$(PIP) install --quiet --no-deps -e .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime | system-test
	$(INSTALL) -r requirements-dev.lock
	@touch $@

.judges/.made: scripts/judges.txt scripts/judges.sh scripts/VeraPdf.java | system-test
	scripts/judges.sh "$$(scripts/python.sh)"
	@touch $@
