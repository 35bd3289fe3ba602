"""Sub-commands that are imported when they are called, and the error where that is not possible.
The table of them is in `main`.
"""

import importlib
from collections.abc import Mapping
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from citybrain.distribution import install_hint
from citybrain.errors import CityBrainError
from citybrain.structs import Struct


class LazyCommand(Struct, frozen=True, kw_only=True):
    """A sub-command that is not imported yet."""

    target: str  # "module:app"
    help: str  # one line for `citybrain --help`
    extra: str  # the pip extra that brings its libraries


class MissingExtraError(CityBrainError):
    """A sub-command needs a module that is not installed."""

    def __init__(self, *, command: str, module: str, extra: str) -> None:
        self.command, self.module, self.extra = command, module, extra
        cure = (
            f"Install it with:  {install_hint(extra)}"
            if extra
            else "Install citybrain again; a part of it is missing."
        )
        super().__init__(
            f"`citybrain {command}` needs the Python module {module!r}, which is not installed"
            f" here. {cure}"
        )


class LazyCommandGroup(TyperGroup):
    """Lists its commands from the table alone and imports the one that is called."""

    lazy_commands: Mapping[str, LazyCommand] = {}

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        for name, lazy in self.lazy_commands.items():
            self.add_command(TyperCommand(name, help=lazy.help, callback=None))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[Any, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        lazy = self.lazy_commands.get(name or "")
        return name, (load(str(name), lazy) if lazy is not None else command), rest


class EagerCommandGroup(LazyCommandGroup):
    """The same commands, all imported: what documentation is checked against."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        for name, lazy in self.lazy_commands.items():
            self.add_command(load(name, lazy), name)


def load(name: str, lazy: LazyCommand) -> Any:
    """The command that `lazy` names; raises `MissingExtraError` where a module for it is not
    installed."""
    command = typer.main.get_command(load_target(name, lazy))
    command.name = name
    return command


def load_target(name: str, lazy: LazyCommand) -> Any:
    """What `lazy.target` names; raises as `load`."""
    module, _, attribute = lazy.target.partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise missing_extra(name, lazy, error) from error


def missing_extra(name: str, lazy: LazyCommand, error: ModuleNotFoundError) -> MissingExtraError:
    """The error for a missing library, which an extra brings, or a missing part of this project."""
    module = error.name or "?"
    ours = module.split(".")[0] in {
        "citybrain",
        "street_agent",
        "district_node",
        "coordinator",
        "citysim",
        "maps",
        "models",
    }
    return MissingExtraError(command=name, module=module, extra="" if ours else lazy.extra)
