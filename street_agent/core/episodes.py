"""From a rule's trigger to the event that is emitted: named, placed, traced, with boxes as
evidence. Pure.

An episode is named by the agent, source and rule and by the moment of its first observation, in
microseconds. Node time never goes back while a process lives and a rule has one episode at a time,
so the name is unique; after a restart the open episodes keep theirs.
"""

from citybrain.clock import Timestamp
from citybrain.domain.event import Box, Event, Evidence
from citybrain.geo import Point
from citybrain.ids import AgentId, EpisodeId, SourceId
from citybrain.limits import LABEL_CHARS
from citybrain.structs import Struct
from citybrain.vocabulary import Phase
from street_agent.scene.observation import FrameObservation
from street_agent.scene.rule_evaluation import Rule, Trigger
from street_agent.scene.rules.table import RULE_KINDS
from street_agent.track.tracks import Tracks

BOXES_MAX = 50  # a screen shows no more, and a message stays small


class ObservationContext(Struct, frozen=True, kw_only=True):
    """Where and when the observation behind a trigger was made."""

    agent: AgentId
    source: SourceId
    place: Point
    at: Timestamp
    error_ms: float
    traceparent: str
    frame: FrameObservation | None = None  # none for a sensor


def episode_id(agent: AgentId, source: SourceId, rule: Rule, began_at: Timestamp) -> EpisodeId:
    """The name of the episode of `rule` that began at `began_at`."""
    return EpisodeId(f"{agent}/{source}/{rule.id}/{began_at}")


def event(trigger: Trigger, context: ObservationContext) -> Event:
    """The event that `trigger` makes."""
    rule = trigger.rule
    frame = None if trigger.phase is Phase.END else context.frame
    return Event(
        episode=episode_id(context.agent, context.source, rule, trigger.began_at),
        kind=rule.event_kind or RULE_KINDS[rule.kind].event_kind,
        phase=trigger.phase,
        source=context.source,
        rule=rule.id,
        incident_kind=rule.incident_kind,
        place=context.place,
        severity=rule.severity,
        urgency=rule.urgency,
        certainty=trigger.certainty,
        observed_at=context.at,
        error_ms=context.error_ms,
        measurements=trigger.measurements,
        traceparent=context.traceparent,
        evidence=None if frame is None else _evidence(trigger, frame),
        from_sensor=context.frame is None,
    )


def _evidence(trigger: Trigger, frame: FrameObservation) -> Evidence:
    rows = [] if trigger.rows is None else trigger.rows[:BOXES_MAX].tolist()
    return Evidence(
        aspect=round(frame.aspect, 4),
        outline=RULE_KINDS[trigger.rule.kind].outline(trigger.rule.settings),
        boxes=tuple(_box(frame.tracks, row) for row in rows),
    )


def _box(tracks: Tracks, row: int) -> Box:
    left, top, right, bottom = (round(float(edge), 4) for edge in tracks.boxes[row])
    return Box(
        left=left,
        top=top,
        right=right,
        bottom=bottom,
        label=tracks.labels[int(tracks.classes[row])][: LABEL_CHARS.value],
        score=round(float(tracks.scores[row]), 3),
        track=int(tracks.ids[row]),
    )
