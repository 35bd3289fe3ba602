"""Reads a TOML file into a tier's model and reports every problem at once. Knows no tier's keys."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from citybrain.config.problems import problems_of
from citybrain.errors import ConfigError, ConfigProblem

M = TypeVar("M", bound=BaseModel)

FILE_BYTES_MAX = 4 * 1024 * 1024  # a configuration larger than this is not one
DEPTH_MAX = 32  # readers walk the values recursively, and none needs so much


def load(path: Path | str, model: type[M]) -> M:
    """The configuration at `path`; raises `ConfigError` with all its problems at once."""
    path = Path(path)
    return parse(read_toml(path), model, name=str(path))


def parse(raw: Mapping[str, Any], model: type[M], *, name: str) -> M:
    """As `load`, for values that were read already; `name` is the file's in the message."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(name, problems_of(error, model)) from error


def read_toml(path: Path) -> dict[str, Any]:
    """The file as plain values; raises `ConfigError` when it is missing, unreadable or no TOML
    (with line and column)."""
    try:
        with path.open("rb") as file:
            text = file.read(FILE_BYTES_MAX + 1)
    except FileNotFoundError as error:
        raise _single(
            path,
            "there is no such file",
            f"Make it, or give the right path (looked in {path.parent.resolve()}).",
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL character
        reason = getattr(error, "strerror", None) or error
        raise _single(
            path, f"it cannot be read: {reason}", "Give the path of a readable file."
        ) from error
    if len(text) > FILE_BYTES_MAX:
        raise _single(
            path,
            f"it has more than {FILE_BYTES_MAX} bytes",
            "Give the path of a configuration file.",
        )
    try:
        table = tomllib.loads(
            text.decode("utf-8-sig")
        )  # with a byte order mark, as some editors do
    except UnicodeDecodeError as error:
        raise _single(path, f"byte {error.start} is not UTF-8", "Save it as UTF-8 text.") from error
    except tomllib.TOMLDecodeError as error:
        raise _single(
            path,
            f"it is not TOML: {error}",
            "See https://toml.io; a text needs quotes, a table [brackets].",
        ) from error
    except RecursionError as error:
        raise _too_deep(path) from error
    except ValueError as error:  # a whole number of thousands of digits
        raise _single(path, f"it cannot be read: {error}", "Write shorter numbers.") from error
    if _is_deeper(table, DEPTH_MAX):
        raise _too_deep(path)
    return table


def _is_deeper(value: object, depth: int) -> bool:
    """Whether `value` has tables or lists below `depth` others. No deeper than that is walked."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth < 0 or any(_is_deeper(one, depth - 1) for one in inner)


def _too_deep(path: Path) -> ConfigError:
    problem = f"it has more than {DEPTH_MAX} tables and lists within one another"
    return _single(path, problem, "Write it flatter: no file here needs more than six.")


def _single(path: Path, problem: str, remedy: str) -> ConfigError:
    return ConfigError(str(path), (ConfigProblem(key="(file)", problem=problem, remedy=remedy),))
