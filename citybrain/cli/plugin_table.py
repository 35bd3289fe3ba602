"""The table of `citybrain plugins list`."""

from rich import box
from rich.console import Console
from rich.table import Table

from citybrain.errors import ConfigError, ConfigProblem
from citybrain.plugins.installed import InstalledPlugin, installed
from citybrain.plugins.load import fault_of
from citybrain.plugins.ports import PluginGroup

# Columns where no terminal would fold them: a log or a pipe gets each cure in one piece.
TABLE_WIDTH = 400
GROUPS = {group.name.lower(): group for group in PluginGroup}


def print_plugins(group: str, *, is_loading: bool) -> bool:
    """Print the plugins of `group`, of all groups when "". Whether every one can be used, as far as
    was looked. Raises `ConfigError` where there is no such group.
    """
    if group and group not in GROUPS:
        problem = ConfigProblem(
            key="--group",
            problem=f"there is no group {group!r}",
            remedy=f"Use one of {', '.join(GROUPS)}.",
        )
        raise ConfigError("the command line", (problem,))
    chosen = [GROUPS[group]] if group else list(GROUPS.values())
    found = [plugin for each in chosen for plugin in installed(each)]
    faults = [fault_of(plugin) if is_loading else None for plugin in found]
    if not found:
        groups = ", ".join(chosen)
        print(f"no installed package offers anything (entry points of the groups {groups}).")
        return True
    _show(found, [_state(fault, is_loading=is_loading) for fault in faults])
    return not any(faults)


def _state(fault: Exception | None, *, is_loading: bool) -> str:
    if not is_loading:
        return "not tried"
    return "usable" if fault is None else str(fault)


def _show(plugins: list[InstalledPlugin], states: list[str]) -> None:
    table = Table(box=box.SIMPLE)
    for column in ("group", "name", "distribution", "version", "state"):
        table.add_column(column, overflow="fold")
    for plugin, state in zip(plugins, states, strict=True):
        table.add_row(
            plugin.group.name.lower(), plugin.name, plugin.distribution, plugin.version, state
        )
    Console(width=None if Console().is_terminal else TABLE_WIDTH).print(table)
