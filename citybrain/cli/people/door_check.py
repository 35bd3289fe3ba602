"""What each tier's `check` says about who can reach its pages."""

from pathlib import Path

from citybrain.errors import ConfigError
from citybrain.people.door import open_door_problem


def check_door(config: Path, data_dir: str, address: str | None) -> None:
    """Raises `ConfigError` where the pages on `address` would be open to everybody."""
    problem = open_door_problem(Path(data_dir), address)
    if problem is not None:
        raise ConfigError(str(config), (problem,))
