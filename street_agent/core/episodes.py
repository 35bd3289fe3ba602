"""From a rule's cue to the event that is said: named, placed, traced, with boxes as evidence. Pure.

An episode is named by the agent, source and rule and by the moment of its first look, in microseconds. Node time never goes back while a process lives
and a rule has one episode at a time, so the name is unique; after a restart the open episodes go on under theirs.
"""

from citybrain.clock import Timestamp
from citybrain.domain.event import Box, Event, Evidence
from citybrain.geo import Point
from citybrain.ids import AgentId, EpisodeId, SourceId
from citybrain.structs import Struct
from citybrain.vocabulary import Phase
from street_agent.scene.look import Look
from street_agent.scene.rules.table import RULE_KINDS
from street_agent.scene.watch import Cue, Rule
from street_agent.track.tracks import Tracks

BOXES_MAX = 50  # a screen shows no more, and a message stays small


class Seen(Struct, frozen=True, kw_only=True):
    """Where and when the look behind a cue was taken."""

    agent: AgentId
    source: SourceId
    place: Point
    at: Timestamp
    error_ms: float
    traceparent: str
    look: Look | None = None  # none for a sensor


def name(agent: AgentId, source: SourceId, rule: Rule, began_at: Timestamp) -> EpisodeId:
    return EpisodeId(f"{agent}/{source}/{rule.id}/{began_at}")


def event(trigger: Cue, seen: Seen) -> Event:
    """What the agent says about `trigger`."""
    rule = trigger.rule
    return Event(
        episode=name(seen.agent, seen.source, rule, trigger.began_at),
        kind=RULE_KINDS[rule.kind].says,
        phase=trigger.phase,
        source=seen.source,
        rule=rule.id,
        incident_kind=rule.incident_kind,
        place=seen.place,
        severity=rule.severity,
        urgency=rule.urgency,
        certainty=trigger.certainty,
        observed_at=seen.at,
        error_ms=seen.error_ms,
        measurements=trigger.measurements,
        traceparent=seen.traceparent,
        evidence=None
        if seen.look is None or trigger.phase is Phase.END
        else _evidence(trigger, seen.look),
    )


def _evidence(trigger: Cue, look: Look) -> Evidence:
    rows = [] if trigger.who is None else trigger.who[:BOXES_MAX].tolist()
    boxes = tuple(_box(look.tracks, row) for row in rows)
    return Evidence(
        aspect=round(look.aspect, 4),
        outline=RULE_KINDS[trigger.rule.kind].outline(trigger.rule.settings),
        boxes=boxes,
    )


def _box(tracks: Tracks, row: int) -> Box:
    left, top, right, bottom = (round(float(edge), 4) for edge in tracks.boxes[row])
    label = tracks.labels[int(tracks.classes[row])]
    return Box(
        left=left,
        top=top,
        right=right,
        bottom=bottom,
        label=label,
        score=round(float(tracks.scores[row]), 3),
        track=int(tracks.ids[row]),
    )
