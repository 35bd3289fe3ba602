"""Does the district know what the rules of a box report? Compares names, reads no file."""

from collections.abc import Collection, Iterator

from citybrain.errors import ConfigProblem
from citybrain.kinds import near_miss
from citybrain.vocabulary import IncidentKind
from street_agent.config import CameraConfig, SensorConfig, StreetConfig


def unknown_kinds(config: StreetConfig, known: Collection[IncidentKind]) -> Iterator[ConfigProblem]:
    """A problem for each rule, in the order of the file, whose incident kind is not `known`."""
    for number, camera in enumerate(config.camera):
        yield from _of_source(f"camera[{number}]", camera, known)
    for number, sensor in enumerate(config.sensor):
        yield from _of_source(f"sensor[{number}]", sensor, known)


def _of_source(
    key: str, source: CameraConfig | SensorConfig, known: Collection[IncidentKind]
) -> Iterator[ConfigProblem]:
    for number, rule in enumerate(source.rule):
        if rule.incident_kind not in known:
            yield ConfigProblem(
                key=f"{key}.rule[{number}].incident_kind",
                problem=f"the district has no playbook {rule.incident_kind}, which rule"
                f" {source.id}/{rule.id} reports",
                remedy=_remedy(rule.incident_kind, known),
            )


def _remedy(kind: str, known: Collection[IncidentKind]) -> str:
    meant = near_miss(kind, known)
    if meant is not None:
        return f"Did you mean {meant}?"
    return f"Use one of {', '.join(sorted(known))}, or give the district a playbook of that kind."
