# Two commands on a fresh machine: `make demo` and `make test`. Python >= 3.11 and make are all that must be there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The stamps carry a checksum, so the environment is brought up to date when the lock changes and only then.
LOCKED := $(VENV)/.locked-$(shell cksum < requirements.lock | cut -d ' ' -f 1)
INSTALLED := $(VENV)/.installed-$(shell cat pyproject.toml setup.py | cksum | cut -d ' ' -f 1)

SCENARIOS ?= baseline service_circles community_splits circles_and_splits huitian_plan
REPLICATES ?= 3
# draws of the posterior in the demo: the fewest that allow a verdict; 39 give intervals of 95 %, 0 leaves them out
DRAWS ?= 19
OUT ?= results/demo
PYTEST_WORKERS ?= 2
ORDER ?= 1
# neither compiled kernels nor other processes, where nothing can count lines
UNIT_TESTS := tests/simulation/scenario tests/simulation/state tests/simulation/metrics tests/simulation/test_extensions.py \
  tests/experiments/answers tests/experiments/texts tests/experiments/test_statistics.py
# tests that wait for other processes, which they must do for as long as it takes: `make test` runs them beside the others,
# neighbours that keep all cores busy
WAITING := tests/experiments/runs/test_crashes.py tests/experiments/view/test_browser.py
LEFT_OUT ?=
# in order of their names: files of many tests first, as is the default, would leave the long ones of few for the end
PYTEST := $(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist loadfile --no-loadscope-reorder --slowest 15

.PHONY: help setup kernels demo test test-all test-rest test-order test-waiting test-busy coverage faults figures bench \
  bench-page lint docs licences sbom release lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(LOCKED) $(INSTALLED)  ## make .venv from requirements.lock

$(LOCKED):
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python >= 3.11 is needed: make PYTHON=...")'
	@echo "Installing the locked packages into $(VENV) (once, a minute or two)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@rm -f $(VENV)/.locked-* $(VENV)/.installed-*
	@touch $@

$(INSTALLED): $(LOCKED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.installed-*
	@touch $@

kernels: setup  ## compile what is not compiled yet, which the first run would do
	$(BIN)/huitian run huitian_plan --scale 0.005 --weeks 120 --no-report --quiet --force --out build/kernels >/dev/null

demo: setup  ## compare the shipped plans with the baseline at full scale
	$(BIN)/huitian compare $(SCENARIOS) --baseline baseline --replicates $(REPLICATES) $(addprefix --draws ,$(DRAWS)) --out $(OUT)
	@echo "报告 report: $(OUT)/report.html   图表 charts: $(OUT)/charts"

test: coverage kernels  ## the fast tests: the unit tests with the share of lines that they run, then all others
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=line test-rest test-waiting LEFT_OUT='$(WAITING)'

test-all: setup  ## every test, the slow ones too, and the share of lines that they run
	$(PYTEST) --hypothesis-profile free --cov --cov-report=term:skip-covered

test-rest: setup  ## the fast tests that `make coverage` has not run
	$(PYTEST) -m "not slow" $(addprefix --ignore=,$(UNIT_TESTS) $(LEFT_OUT))

test-order: setup  ## the fast tests in another order and with another hash seed (ORDER=N)
	PYTHONHASHSEED=$(ORDER) $(PYTEST) -m "not slow" --shuffle $(ORDER)

test-waiting: setup  ## the tests of crashes and of the page alone
	$(PYTEST) -m "not slow" $(WAITING)

test-busy: setup  ## the same beside two neighbours that keep a core each busy
	@sh -c 'while :; do :; done' & one=$$!; sh -c 'while :; do :; done' & two=$$!; \
	trap "kill $$one $$two" EXIT; $(MAKE) --no-print-directory test-waiting

coverage: setup  ## share of lines that the unit tests run alone; counting makes them half as slow again
	$(PYTEST) -q --slowest 0 -m "not slow" $(UNIT_TESTS) --cov --cov-report=
	@echo "coverage of the unit tests alone: $$($(BIN)/python -m coverage report --format=total) %"

faults: setup  ## the fault matrix: every kind of trouble for every command, and its table in docs (half an hour)
	$(BIN)/python -m pytest -q -o junit_family=xunit1 tests/experiments/faults --junitxml build/faults.xml
	$(BIN)/python -m docs.builders.faults build/faults.xml

figures: setup  ## every picture and measured table of README and docs anew (hours; needs Chromium and chromedriver)
	$(BIN)/python -m docs.builders.figures

bench: setup  ## speed of the weekly step against Mesa objects and numpy, and what bounds it; one row of history.csv
	$(BIN)/python -m benchmarks --history

bench-page: setup  ## the browser page at full scale: ready, Step, Play, memory (needs Chromium and chromedriver)
	$(BIN)/python -m benchmarks.page

lint: setup  ## style, types and spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell

docs: setup  ## the documentation as a site in build/docs, without a network
	$(BIN)/python -m sphinx -W --keep-going -q -j auto docs build/docs
	@echo "build/docs/index.html"

licences: setup  ## licences of all locked packages; a star marks those that NOTICE tells of
	@$(BIN)/python -m docs.builders.licences

sbom: setup  ## bill of materials of the lock, CycloneDX JSON, in build/sbom.json
	@$(BIN)/python -m docs.builders.licences --sbom build/sbom.json

release: setup  ## wheel, source, bill of materials and SHA256SUMS of the tag that is checked out, in build/release
	@$(BIN)/python -m docs.builders.release

lock:  ## resolve requirements.lock, keeping its pins (UPGRADE=--upgrade: the newest; needs the uv tool on the PATH)
	uv pip compile pyproject.toml --extra dev --output-file requirements.lock $(UPGRADE) --no-config --universal \
	  --fork-strategy fewest --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock"

clean:  ## remove the environment and what tools cache (results stay)
	rm -rf $(VENV) build .coverage *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find huitian simulation experiments benchmarks tests -name __pycache__ -type d -prune -exec rm -rf {} +
