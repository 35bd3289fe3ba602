"""The four groups of entry points, and what each plugin must be. The ports themselves belong to
their consumers; here are their names, versions and methods.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from citybrain.structs import Struct


class PluginGroup(StrEnum):
    """A group of entry points, as a package's `pyproject.toml` names it."""

    ADAPTERS = "citybrain.adapters"
    DETECTORS = "citybrain.detectors"
    SOURCES = "citybrain.sources"
    PACKS = "citybrain.packs"


class PluginPort(Struct, frozen=True, kw_only=True):
    """What a plugin is written for. It says so in its attribute `port`, as "sensor/1"."""

    name: str
    version: int
    methods: tuple[str, ...]

    @property
    def label(self) -> str:
        return f"{self.name}/{self.version}"


ADAPTER = PluginPort(name="adapter", version=1, methods=("run",))
DECODER = PluginPort(name="decoder", version=1, methods=("decode",))
SENSOR = PluginPort(name="sensor", version=1, methods=("open", "read", "close"))
CAMERA = PluginPort(name="camera", version=1, methods=("open", "read", "close"))

# a pack is a folder of data: it has no port
PORTS: Mapping[PluginGroup, tuple[PluginPort, ...]] = MappingProxyType(
    {
        PluginGroup.ADAPTERS: (ADAPTER,),
        PluginGroup.DETECTORS: (DECODER,),
        PluginGroup.SOURCES: (SENSOR, CAMERA),
        PluginGroup.PACKS: (),
    }
)
# what a configuration calls one of the group, and how its author registers it
NOUNS: Mapping[PluginGroup, str] = MappingProxyType(
    {
        PluginGroup.ADAPTERS: "adapter",
        PluginGroup.DETECTORS: "detector",
        PluginGroup.SOURCES: "source",
        PluginGroup.PACKS: "pack",
    }
)
