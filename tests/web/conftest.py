"""The console tests' fakes as fixtures: `snapshots` holds values, `fakes` holds screens and a caller."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def load(name: str) -> ModuleType:
    known = f"console_{name}"
    if known not in sys.modules:
        spec = importlib.util.spec_from_file_location(known, Path(__file__).with_name(f"{name}.py"))
        module = importlib.util.module_from_spec(spec)
        sys.modules[known] = module
        spec.loader.exec_module(module)
    return sys.modules[known]


@pytest.fixture(scope="session")
def snapshots() -> ModuleType:
    return load("snapshots")


@pytest.fixture(scope="session")
def fakes() -> ModuleType:
    return load("fakes")
