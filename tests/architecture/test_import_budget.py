"""What a fresh interpreter loads for each tier: an edge box never pays for Ray, gRPC or a web
framework."""

import subprocess
import sys

import pytest

# what makes maps; a node only serves them
MAP_MAKERS = ("osmium", "shapely", "maps")
# entry module: libraries that must not be loaded by importing it
BUDGET = {
    "citybrain.cli.main": (
        "numpy",
        "scipy",
        "grpc",
        "ray",
        "onnxruntime",
        "av",
        "starlette",
        "uvicorn",
        "paho",
        "apsw",
        "opentelemetry",
    ),
    "street_agent.cli": ("ray", "grpc", "starlette", "uvicorn", "jinja2", "onnx", *MAP_MAKERS),
    "district_node.cli": ("ray", "onnxruntime", "av", "onnx", "authlib", "joserfc", *MAP_MAKERS),
    "coordinator.cli": (
        *("onnxruntime", "av", "onnx", "paho", "ray", "authlib", "joserfc"),
        *MAP_MAKERS,
    ),
    "maps.cli": ("ray", "grpc", "starlette", "numpy", "models", "osmium", "shapely"),
    "models.cli": ("ray", "grpc", "starlette", "onnx", "onnxruntime"),
    "citysim.demo.cli": ("ray", "onnx"),
}


@pytest.mark.parametrize("module", sorted(BUDGET))
def test_importing_a_tier_loads_no_more_than_its_budget(module):
    loaded = _loaded_by(module)
    over = [name for name in BUDGET[module] if name in loaded]
    assert not over, f"importing {module} also loads {over}"


def _loaded_by(module):
    """The top-level names that a fresh interpreter has after importing `module`."""
    names = "' '.join(sorted({name.split('.')[0] for name in sys.modules}))"
    return subprocess.run(
        [sys.executable, "-c", f"import sys, {module}; print({names})"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()


RUNNING = {
    "street_agent.agent": (
        *("ray", "grpc", "starlette", "uvicorn", "jinja2", "onnx", "scipy"),
        *MAP_MAKERS,
    ),
    "district_node.node": (
        *("ray", "onnxruntime", "av", "onnx", "authlib", "joserfc", "scipy"),
        *MAP_MAKERS,
    ),
    "coordinator.node": (
        *("onnxruntime", "av", "onnx", "paho", "authlib", "joserfc", "scipy"),
        *MAP_MAKERS,
    ),
    # its consoles, which serve a map
    "district_node.web.app": MAP_MAKERS,
    "coordinator.web.app": MAP_MAKERS,
}


@pytest.mark.slow
@pytest.mark.parametrize("module", sorted(RUNNING))
def test_a_running_tier_stays_within_its_budget(module):
    loaded = _loaded_by(module)
    over = [name for name in RUNNING[module] if name in loaded]
    assert not over, f"importing {module} also loads {over}"
