# The two commands of the README: `make demo` and `make test`. Everything else serves them.
SHELL := /bin/sh
PYTHON ?= python3.11
PY := $(shell command -v $(PYTHON) || command -v python3)
UV ?= $(shell command -v uv)
BIN := .venv/bin
DEMO_ARGS ?=
TEST_ARGS ?=
WORKERS ?= 3
# modules and rewritten tests are compiled once, not by every process that a run starts
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup system prepare broker demo test checks quick nightly trial day shift pictures versions lint types unit docs bench mutants lock protos fixtures clean

setup: .venv/ready  ## an environment in .venv, with .venv/bin/citybrain in it; uses uv where it is found

.venv/ready: requirements.lock pyproject.toml
	@echo "setting up .venv (once; a few minutes on a slow line)"
ifneq ($(UV),)
	$(UV) venv --quiet --allow-existing --seed --python $(PY) .venv
	$(UV) pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
else
	$(PY) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -qq -j 0 .venv/lib || true  # on every core; some packages hold templates
endif
	@touch .venv/ready

system:  ## system programs (a broker, a browser, CJK fonts): found, or installed where this user may
	@sh deploy/system-programs.sh

prepare:  ## both at once: one waits for the line while the other unpacks
	@$(MAKE) --no-print-directory -j 2 setup system

broker:  ## mosquitto, which checks certificates: found, or installed where this user may, else named
	@sh deploy/system-programs.sh mosquitto

demo: setup broker  ## one city on this machine, on real video; e.g. make demo DEMO_ARGS="--duration 90 --headless"
	$(BIN)/citybrain demo $(DEMO_ARGS)

test: prepare checks unit  ## sets up and passes all tests

checks:  ## what is read and not run, on two cores
	@$(MAKE) --no-print-directory -j 2 --output-sync types docs lint

quick: setup lint  ## unit, contract and architecture tests, under a minute; the slow ones are in `make test`
	$(BIN)/python -m pytest -m "not bench and not nightly and not slow" -n 3 \
		--dist loadgroup --no-loadscope-reorder \
		tests/architecture tests/citybrain tests/contract tests/coordinator tests/district_node \
		tests/maps tests/models tests/street_agent tests/web $(TEST_ARGS)

nightly: setup system  ## the long ones, in pieces: seeds, boundaries, exploration, chaos, soaks, benches
	PYTHONPATH=tests/support $(BIN)/python -m nightly $(ARGS)

trial: setup broker  ## as root: join, renewal and revocation on three machines (network namespaces)
	PYTHONPATH=tests/support $(BIN)/python tests/trials/three_machines.py

day: setup broker  ## a district's day on real processes: 200 cases by API and commands; ARGS="--keep FOLDER"
	PYTHONPATH=tests/support $(BIN)/python -m district_day $(ARGS)

pictures: prepare  ## takes the pictures of the README and the guides anew, from a demonstration that runs
	PYTHONPATH=tests/support $(BIN)/python -m guide_pictures docs/pictures

shift: prepare  ## a shift played in the browser before real processes: 30 cases; ARGS="--keep FOLDER"
	PYTHONPATH=tests/support $(BIN)/python -m shift $(ARGS)

versions: setup  ## the quick tests on every Python from 3.11 to 3.13 that is found
	@sh deploy/python-versions.sh

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

docs:  ## the site in build/site, strictly: a broken link or an unlisted page is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

unit:
	$(BIN)/python -m pytest -m "not bench and not nightly" -n $(WORKERS) \
		--dist loadgroup --no-loadscope-reorder --durations 25 --durations-min 2 $(TEST_ARGS)

bench: setup  ## prints the tables of measured ratios; ARGS selects, e.g. make bench ARGS="-k street"
	$(BIN)/python -m pytest tests/bench -m bench -s $(ARGS)

mutants: setup  ## how many seeds every planted bug survives, e.g. make mutants ARGS="--seeds 50"
	PYTHONPATH=tests/support $(BIN)/python -m mutants $(ARGS)

lock:  ## pins for Python 3.11 to 3.13: no registry host, every hash
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --all-extras --generate-hashes --no-header --no-emit-index-url -q -o requirements.lock

protos:  ## regenerate the stubs and the OpenAPI descriptions
	$(BIN)/python -m grpc_tools.protoc -I protos -I "$$($(BIN)/python -c 'import google.api; print(google.api.__path__[0])')/../.." --python_out=. --pyi_out=. --grpc_python_out=. protos/citybrain/*/v1/*.proto
	PYTHONPATH=tests/support:. $(BIN)/python -m openapi_document

fixtures: setup  ## the files of a release, for later versions to open, e.g. make fixtures VERSION=0.1.0
	PYTHONPATH=tests/support:. $(BIN)/python -m upgrade_fixtures $(VERSION) $(ARGS)

clean:
	rm -rf .venv build dist *.egg-info
