"""What the names in a configuration stand for on this machine: where a source is, which card a
model has, which certificate the box. Opens no source and no model."""

import re
from pathlib import Path

from citybrain.config.fields import aspect_of, read_secret
from citybrain.config.secrets import with_login
from citybrain.domain.principal import Role
from citybrain.enrolment.own_name import NodeName, OwnName, name_at_broker
from citybrain.errors import ConfigError, ConfigProblem
from models import card
from models.cache import folder as cache_folder
from models.errors import ModelsError
from street_agent.capture.geometry import Geometry
from street_agent.config import CameraConfig, StreetConfig
from street_agent.errors import CameraError
from street_agent.plugins.opening import plugin_name

_URL = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def own_name_of(config: StreetConfig) -> OwnName | None:
    """The certificates that this box presents, and the name in them; None: it has none. Raises
    `ConfigError` where they cannot be used, are for another name, or are needed and missing."""
    said = NodeName(role=Role.BOX, id=config.agent, key="agent")
    return name_at_broker(config.data_dir, config.broker, said)


def resolve_source(source: str, folder: Path) -> str:
    """The address to open. A relative file is searched where the agent runs, beside the
    configuration (`folder`), then in the footage cache."""
    path = Path(source)
    if _URL.match(source) or path.is_absolute() or plugin_name(source) is not None:
        return source
    for candidate in (path, folder / path, cache_folder("footage") / path):
        if candidate.is_file():
            return str(candidate)
    return source


def camera_geometry(camera: CameraConfig) -> Geometry:
    """What the configuration says of its picture's turn and shape."""
    aspect = None if camera.aspect is None else aspect_of(camera.aspect)
    return Geometry(rotate_deg=camera.rotate, aspect=aspect)


def camera_address(camera: CameraConfig, folder: Path) -> str:
    """The address to open, with the camera's login in it: for no log and no screen. Raises
    `CameraError` where the password's file can no longer be read."""
    address = resolve_source(camera.source, folder)
    if camera.username is None:
        return address
    try:
        password = read_secret(camera.password_file) if camera.password_file is not None else ""
    except ValueError as error:
        raise CameraError(
            f"no login at camera {camera.id}: {error}. Put the password there, on the first line."
        ) from error
    return with_login(address, camera.username, password)


def score_thresholds(config: StreetConfig) -> dict[str, float]:
    """By model, the score from which on a detection counts, as its card says; raises `ConfigError`
    naming every model without a card."""
    scores: dict[str, float] = {}
    problems: list[ConfigProblem] = []
    for index, camera in enumerate(config.camera):
        try:
            scores[camera.model] = card.load(camera.model).decoder.score_min
        except ModelsError as error:
            problems.append(
                ConfigProblem(
                    key=f"camera[{index}].model",
                    problem=f"{camera.model!r} cannot be used",
                    remedy=str(error),
                )
            )
    if problems:
        raise ConfigError(f"the configuration of {config.agent}", tuple(problems))
    return scores
