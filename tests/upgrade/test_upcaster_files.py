"""An upcaster is a file of its own, in its tier's folder, named after what it leads from."""

import importlib
import pkgutil

import pytest

from citybrain.decider.cores import KERNEL_INPUTS
from coordinator import formats as city
from district_node import formats as district
from street_agent import formats as agent


def formats():
    """(folder, kind, format) of everything that is stored."""
    for tier, folder in ((district, "district_node"), (city, "coordinator")):
        for registry in (tier.INPUTS, tier.LETTERS):
            yield from ((folder, kind, known) for kind, known in registry)
        yield folder, "state", tier.STATE
    for name in ("OUTBOX_ITEM", "REQUEST", "CHECKPOINT"):
        yield "street_agent", name.lower(), getattr(agent, name)
    yield from (("citybrain.decider", kind, known) for kind, known in KERNEL_INPUTS)


def test_every_upcaster_is_where_it_is_looked_for():
    for folder, kind, known in formats():
        for version, upcaster in enumerate(known.upcasters, start=1):
            expected = (f"{folder}.upcasters.{kind}_v{version}", "upcast")
            assert (upcaster.__module__, upcaster.__name__) == expected


@pytest.mark.parametrize("tier", ["district_node", "coordinator", "street_agent"])
def test_every_file_is_an_upcaster_that_is_used(tier):
    package = importlib.import_module(f"{tier}.upcasters")
    files = {module.name for module in pkgutil.iter_modules(package.__path__)}
    used = {
        upcaster.__module__.rpartition(".")[2]
        for folder, _, known in formats()
        if folder == tier
        for upcaster in known.upcasters
    }
    assert files == used
