"""How severe an event is by its measured numbers, where its playbook grades them: that of its
incident, or the one in force where it begins one.
"""

from collections.abc import Mapping

from citybrain.domain.event import Event
from citybrain.ids import SourceId
from citybrain.pack.asset import Asset, FieldValue
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from citybrain.vocabulary import SEVERITY_RANK, Severity
from district_node.cores.assets import find_asset
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.incidents.incident import Incident
from district_node.playbook import GradeRule, Playbook


def graded_event(draft: DecisionDraft, known: Incident | None, event: Event) -> Event:
    """The event, as severe as its numbers say. `known`: the incident of its episode, if any."""
    if known is not None:
        playbook = draft.playbook_of(known)
    else:
        _, playbook = draft.playbook_for(event.incident_kind)
    return graded(event, playbook, draft.setup.assets) if playbook.grades else event


def graded(event: Event, playbook: Playbook, assets: tuple[Asset, ...]) -> Event:
    """The event with the gravest grade that its measurements reach, in the place of what its rule
    called it; as it was where they reach none."""
    fields = _numbers(assets, event.source) if any(g.per for g in playbook.grades) else {}
    reached = [
        grade.severity
        for grade in playbook.grades
        if _is_reached(grade, event.measurements, fields)
    ]
    if not reached:
        return event
    worst: Severity = max(reached, key=SEVERITY_RANK.__getitem__)
    return event if worst is event.severity else replace(event, severity=worst)


def _is_reached(
    grade: GradeRule, measurements: Mapping[str, float], fields: Mapping[str, float]
) -> bool:
    """A number that nobody measured, or a size that nobody knows, reaches nothing."""
    measured = measurements.get(grade.of)
    size = fields.get(grade.per) if grade.per else 1.0
    return measured is not None and size is not None and measured > grade.over * size


def _numbers(assets: tuple[Asset, ...], source: SourceId) -> dict[str, float]:
    """The numbers of the asset that the source watches, which has its name."""
    asset = find_asset(assets, source)
    fields = asset.fields if asset is not None else SortedMap[str, FieldValue]()
    return {name: value for name, value in fields.items() if isinstance(value, float)}
