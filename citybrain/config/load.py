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
    except OSError as error:
        raise _single(
            path, f"it cannot be read: {error.strerror}", "Give the path of a readable file."
        ) from error
    if len(text) > FILE_BYTES_MAX:
        raise _single(
            path,
            f"it has more than {FILE_BYTES_MAX} bytes",
            "Give the path of a configuration file.",
        )
    try:
        return tomllib.loads(text.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _single(path, f"byte {error.start} is not UTF-8", "Save it as UTF-8 text.") from error
    except tomllib.TOMLDecodeError as error:
        raise _single(
            path,
            f"it is not TOML: {error}",
            "See https://toml.io; a text needs quotes, a table [brackets].",
        ) from error


def _single(path: Path, problem: str, remedy: str) -> ConfigError:
    return ConfigError(str(path), (ConfigProblem(key="(file)", problem=problem, remedy=remedy),))
