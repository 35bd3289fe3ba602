"""Command reference: every command with its help, arguments and options, from the command line."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from citybrain.cli.main import build_all
from reference_pages.markdown import table

_EXAMPLE = re.compile(r"(?:Examples?:|Then:)?\s*(citybrain .*)?")

INTRODUCTION = """\
# Commands

Generated from the command line itself: each text is what `--help` shows. Exit codes: 0 done, 1 an
error, 2 a problem in a configuration or on the command line, 130 interrupted; others are named
below. `--debug` before a command shows the traceback of an error.
"""


def page(_root: Path) -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for path, command in commands():
        parts += _entry(path, command)
    return "\n".join(parts)


def commands() -> Iterator[tuple[str, Any]]:
    """Every command and group below `citybrain`, by its words."""
    yield from _below(typer.main.get_command(build_all()), "citybrain")


def _below(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    for name, child in getattr(command, "commands", {}).items():
        yield f"{path} {name}", child
        yield from _below(child, f"{path} {name}")


def _entry(path: str, command: Any) -> Iterator[str]:
    yield f"{'#' * path.count(' ')}# `{path}`\n"
    yield f"{_text(command.help)}\n"
    rows = [_row(parameter) for parameter in command.params if _is_shown(parameter)]
    if rows:
        yield table(("argument or option", "default", "meaning"), rows)


def _text(help_text: str | None) -> str:
    """A help text, its examples as code."""
    paragraphs: list[str] = []
    for raw in (help_text or "").replace("\f", "\n").strip().split("\n\n"):
        paragraph = " ".join(line.strip() for line in raw.split("\n"))
        example = _EXAMPLE.fullmatch(paragraph)
        if example is not None and example[1]:
            paragraphs.append(f"```sh\n{example[1]}\n```")
        elif example is None:
            paragraphs.append(paragraph)
    return "\n\n".join(paragraphs)


def _is_shown(parameter: Any) -> bool:
    return parameter.name != "help" and not getattr(parameter, "hidden", False)


def _row(parameter: Any) -> tuple[str, str, str]:
    names = ", ".join((*parameter.opts, *parameter.secondary_opts))
    is_argument = parameter.param_type_name == "argument"
    name = f"`{parameter.metavar or parameter.name.upper()}`" if is_argument else f"`{names}`"
    return name, _default(parameter), " ".join((getattr(parameter, "help", "") or "").split())


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    default = parameter.default
    if default is None or default in ("", False, (), []) or callable(default):
        return ""
    return f"`{getattr(default, 'value', default)}`"
