"""Which plugins are installed: read from the metadata of the distributions alone. Imports none."""

import difflib
from collections.abc import Iterator
from importlib import metadata

from citybrain.plugins.errors import PluginAmbiguousError, PluginNotFoundError
from citybrain.plugins.ports import NOUNS, PluginGroup
from citybrain.structs import Struct


class InstalledPlugin(Struct, frozen=True, kw_only=True):
    """One entry point of one distribution."""

    group: PluginGroup
    name: str
    target: str  # "acme_city.gauge:FileGauge"; of a pack the folder, as "acme_city.scenes.bins"
    distribution: str
    version: str

    @property
    def label(self) -> str:
        return f"{NOUNS[self.group]} {self.name} of {self.distribution} {self.version}"


def installed(group: PluginGroup) -> tuple[InstalledPlugin, ...]:
    """The plugins of a group by name, then distribution. A name may be there twice."""
    found = sorted(_read(group), key=lambda plugin: (plugin.name, plugin.distribution))
    return tuple(dict.fromkeys(found))


def find(group: PluginGroup, name: str) -> InstalledPlugin:
    """The plugin called `name`. Raises `PluginNotFoundError`, which lists those that there are, and
    `PluginAmbiguousError`, which names both distributions.
    """
    there = installed(group)
    found = [plugin for plugin in there if plugin.name == name]
    if not found:
        raise PluginNotFoundError(_not_found(group, name, there))
    if len(found) > 1:
        owners = " and ".join(f"{p.distribution} {p.version} ({p.target})" for p in found)
        raise PluginAmbiguousError(
            f"the {NOUNS[group]} {name} is offered by {owners}; nobody can tell which one is"
            " meant. Uninstall one of them, or have its author give it another name."
        )
    return found[0]


def _read(group: PluginGroup) -> Iterator[InstalledPlugin]:
    for entry in metadata.entry_points(group=group):
        owner = entry.dist
        yield InstalledPlugin(
            group=group,
            name=entry.name,
            target=entry.value,
            distribution=owner.name if owner is not None else "an unnamed distribution",
            version=owner.version if owner is not None else "",
        )


def _not_found(group: PluginGroup, name: str, there: tuple[InstalledPlugin, ...]) -> str:
    names = sorted({plugin.name for plugin in there})
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        cure = f"Did you mean {close[0]}?"
    elif names:
        cure = f"Installed: {', '.join(names)}."
    else:
        cure = "None is installed."
    return (
        f"no installed package offers a {NOUNS[group]} called {name!r} (entry points of the group"
        f" {group}). {cure} Install the package that has it into this environment;"
        " `citybrain plugins list` shows what is found."
    )
