# The two commands of the README: `make demo` and `make test`. Everything else serves them.
SHELL := /bin/sh
PYTHON ?= python3.11
PY := $(shell command -v $(PYTHON) || command -v python3)
BIN := .venv/bin
DEMO_ARGS ?=
TEST_ARGS ?=

.PHONY: setup system demo test lint types unit bench lock protos clean

setup: .venv/ready  ## an environment in .venv, with .venv/bin/citybrain in it

.venv/ready: requirements.lock pyproject.toml
	@echo "setting up .venv (once; a few minutes on a slow line)"
	$(PY) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch .venv/ready

system:  ## system programs (a broker, a browser, CJK fonts): found, or installed where this user may
	@sh deploy/system-programs.sh

demo: setup  ## one city on this machine, on real video; e.g. make demo DEMO_ARGS="--duration 90 --headless"
	$(BIN)/citybrain demo $(DEMO_ARGS)

test: setup system lint types unit  ## sets up and passes all tests

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

unit:
	$(BIN)/python -m pytest -m "not bench" $(TEST_ARGS)

bench: setup  ## prints the tables of NUMBERS; ARGS selects, e.g. make bench ARGS=street
	$(BIN)/python -m pytest tests/bench -m bench -s $(ARGS)

lock:  ## pins: no registry host, every hash
	$(BIN)/uv pip compile pyproject.toml --all-extras --generate-hashes --no-header --no-emit-index-url -q -o requirements.lock

protos:  ## regenerate the stubs
	$(BIN)/python -m grpc_tools.protoc -I protos --python_out=. --pyi_out=. --grpc_python_out=. protos/citybrain/wire/v1/*.proto

clean:
	rm -rf .venv build dist *.egg-info
