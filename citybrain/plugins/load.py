"""Imports one plugin that a configuration names, and checks it against its port. Every way in which
that can fail is a `PluginError` with its cure.
"""

import importlib.util
from importlib import metadata
from pathlib import Path

from citybrain.plugins.errors import PluginError, PluginImportError, PluginPortError, in_short
from citybrain.plugins.installed import InstalledPlugin, find
from citybrain.plugins.ports import PORTS, PluginGroup, PluginPort


def load(group: PluginGroup, name: str, port: PluginPort) -> object:
    """What the plugin's entry point names, written for `port`. Raises `PluginError`."""
    plugin = find(group, name)
    loaded = _imported(plugin)
    _check_port(plugin, loaded, (port,))
    return loaded


def pack_folder(name: str) -> Path:
    """The folder of the installed scene pack called `name`. No code of its package runs. Raises
    `PluginError`.
    """
    return _data_folder(find(PluginGroup.PACKS, name))


def fault_of(plugin: InstalledPlugin) -> PluginError | None:
    """Why the plugin cannot be used; None where it can. Imports it, unless it is a pack."""
    try:
        find(plugin.group, plugin.name)
        if plugin.group is PluginGroup.PACKS:
            _data_folder(plugin)
        else:
            _check_port(plugin, _imported(plugin), PORTS[plugin.group])
    except PluginError as error:
        return error
    return None


def _imported(plugin: InstalledPlugin) -> object:
    entry = metadata.EntryPoint(name=plugin.name, value=plugin.target, group=plugin.group)
    try:
        loaded: object = entry.load()
    except (Exception, SystemExit) as error:
        raise PluginImportError(
            f"the {plugin.label} cannot be imported from {plugin.target} ({in_short(error)})."
            " Install what it lacks, or tell its author."
        ) from error
    return loaded


def _check_port(plugin: InstalledPlugin, loaded: object, ports: tuple[PluginPort, ...]) -> None:
    """The version first: an older plugin may lack a method that its own version never had."""
    wanted = " or ".join(port.label for port in ports)
    said = getattr(loaded, "port", None)
    if not callable(loaded) or not isinstance(said, str):
        raise PluginPortError(
            f"the {plugin.label} is {plugin.target}, which does not say what it is written for. Its"
            f' author gives the class an attribute: port = "{ports[0].label}".'
        )
    port = next((port for port in ports if port.label == said), None)
    if port is None:
        raise PluginPortError(
            f"the {plugin.label} is written for {said!r}, and {wanted} is wanted here."
            f" {_cure(said, ports)}"
        )
    missing = [name for name in port.methods if not callable(getattr(loaded, name, None))]
    if missing:
        raise PluginPortError(
            f"the {plugin.label} has no {', '.join(missing)}, which {port.label} asks for. Its"
            " author adds it."
        )


def _cure(said: str, ports: tuple[PluginPort, ...]) -> str:
    if said.partition("/")[0] in {port.name for port in ports}:
        return "Install the version of its package that fits this one of open-citybrain."
    return "Name another plugin, or name this one where it belongs."


def _data_folder(plugin: InstalledPlugin) -> Path:
    """Found without an import: a finder only looks for the top package, whose code does not run."""
    if plugin.target.rpartition(".")[2] != plugin.name:
        raise PluginPortError(
            f"the {plugin.label} is registered as {plugin.target}: a pack, its folder and its entry"
            " point have one name. Its author gives all three the same."
        )
    top, *below = plugin.target.split(".")
    try:
        found = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        found = None
    places = found.submodule_search_locations or () if found is not None else ()
    for place in places:
        folder = Path(place).joinpath(*below)
        if folder.is_dir():
            return folder
    raise PluginImportError(
        f"the {plugin.label} is registered as {plugin.target}, and there is no such folder in what"
        ' is installed. Its author registers the folder with dots, as "acme_city.scenes.bins", and'
        " ships its TOML files as package data."
    )
