"""The kernel's errors say what is wrong and what to do, and hang below one root."""

import inspect

from citybrain import errors
from citybrain.errors import CityBrainError, ConfigError, ConfigProblem


def test_every_error_hangs_below_the_root_and_stands_in_the_tree_of_the_docstring():
    found = [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, Exception)
    ]
    assert all(issubclass(kind, CityBrainError) for kind in found)
    assert [kind.__name__ for kind in found if kind.__name__ not in (errors.__doc__ or "")] == []


def test_config_faults_are_all_in_the_message():
    error = ConfigError(
        "street.toml",
        (
            ConfigProblem(key="agent", problem="it is missing", remedy="Add it."),
            ConfigProblem(key="x[1]", problem="bad", remedy="Use y."),
        ),
    )
    assert str(error).splitlines() == [
        "street.toml has 2 problem(s); nothing was started.",
        "  agent: it is missing. Add it.",
        "  x[1]: bad. Use y.",
    ]
