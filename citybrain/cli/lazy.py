"""Sub-commands that are imported when they are called, and what is said when they cannot be. Not the table of them (that is `main`)."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from citybrain.errors import CityBrainError


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A sub-command that is not imported yet."""

    target: str  # "module:app"
    help: str  # one line for `citybrain --help`
    extra: str  # the pip extra that brings its libraries


class MissingExtraError(CityBrainError):
    """A sub-command wants a module that this installation has not got."""

    def __init__(self, *, command: str, module: str, extra: str) -> None:
        self.command, self.module, self.extra = command, module, extra
        cure = (
            f"Install it with:  pip install 'citybrain[{extra}]'"
            if extra
            else "Install citybrain again; a part of it is missing."
        )
        super().__init__(
            f"`citybrain {command}` needs the Python module {module!r}, which is not installed here. {cure}"
        )


class LazyGroup(TyperGroup):
    """Lists its entries from the table alone and imports the one that is called."""

    entries: Mapping[str, Entry] = {}

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        for name, entry in self.entries.items():
            self.add_command(TyperCommand(name, help=entry.help, callback=None))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[Any, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        entry = self.entries.get(name or "")
        return name, (load(str(name), entry) if entry is not None else command), rest


class EagerGroup(LazyGroup):
    """The same commands, all imported: what documentation is checked against."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        for name, entry in self.entries.items():
            self.add_command(load(name, entry), name)


def load(name: str, entry: Entry) -> Any:
    """The command that `entry` names; raises `MissingExtraError` where a module for it is not installed."""
    module, _, attribute = entry.target.partition(":")
    try:
        app = getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise missing_part(name, entry, error) from error
    command = typer.main.get_command(app)
    command.name = name
    return command


def missing_part(name: str, entry: Entry, error: ModuleNotFoundError) -> MissingExtraError:
    """What to say about `error`: a library that an extra brings, or a part of this project."""
    module = error.name or "?"
    ours = module.split(".")[0] in {
        "citybrain",
        "street_agent",
        "district_node",
        "coordinator",
        "citysim",
        "models",
    }
    return MissingExtraError(command=name, module=module, extra="" if ours else entry.extra)
