"""Collects the problems of many files, each under the file's own name. Reads nothing."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from citybrain.errors import ConfigError, ConfigProblem
from citybrain.pack.limits import LISTED_PROBLEMS

T = TypeVar("T")
WHOLE = ("(file)", "(whole file)")  # as readers of one file call it


class Problems:
    """What was found so far, in the order in which it was found."""

    def __init__(self) -> None:
        self._found: list[ConfigProblem] = []

    def add(self, file: str, key: str, problem: str, remedy: str) -> None:
        """`key` in `file`: what is wrong, and what would be right."""
        self._found.append(ConfigProblem(key=_key(file, key), problem=problem, remedy=remedy))

    def add_all(self, file: str, problems: Iterable[ConfigProblem]) -> None:
        """Those that another reader found in `file`; beyond a limit they are counted."""
        listed = list(problems)
        for each in listed[: LISTED_PROBLEMS.value]:
            self.add(file, each.key, each.problem, each.remedy)
        rest = len(listed) - LISTED_PROBLEMS.value
        if rest > 0:
            self.add(file, "", f"{rest} more problems", "Mend those above and check again.")

    def of(self, file: str, read: Callable[[], T]) -> T | None:
        """What `read` gives; where it raises `ConfigError`, its problems are those of `file`."""
        try:
            return read()
        except ConfigError as error:
            self.add_all(file, error.problems)
            return None

    @property
    def found(self) -> tuple[ConfigProblem, ...]:
        return tuple(self._found)

    def raise_any(self, name: str) -> None:
        """Raises `ConfigError` for the thing called `name` if there is any problem."""
        if self._found:
            raise ConfigError(name, self.found)


def _key(file: str, key: str) -> str:
    if not file:
        return key
    return f"{file}: {key}" if key and key not in WHOLE else file
