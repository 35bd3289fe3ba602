"""One sensor's decisions: readings are given to the rules; silence, implausible values and a stuck
value are faults of the sensor, not facts of the city. Pure.

What is no reading is skipped and counted, as if nothing had come: a sensor that gives nothing else
for as long as silence may last is blind, and the reason is what it gave instead."""

import math

from citybrain.clock import SECOND_US, Timestamp
from citybrain.ids import AgentId
from citybrain.structs import Struct, replace
from citybrain.vocabulary import Visibility
from street_agent.core import coverage_log, source
from street_agent.core.agent_setup import SensorSetup
from street_agent.core.draft import Draft
from street_agent.core.episodes import ObservationContext
from street_agent.core.inputs import SensorRead, VisibilityChanged
from street_agent.core.source import SourceState
from street_agent.scene.observation import SensorReading

SILENT, OUT_OF_RANGE, STUCK = "silent", "out_of_range", "stuck"
NOT_A_NUMBER = "not_a_number"


class SensorState(Struct, frozen=True, kw_only=True, eq=False):
    """What is known of one sensor. `same_since`: since when its value has not changed. `refusal`:
    why the last that it gave is no reading, "" when it is one."""

    source: SourceState
    began_at: Timestamp
    last_at: Timestamp | None = None  # of the last plausible reading
    value: float | None = None
    same_since: Timestamp | None = None
    readings: int = 0  # all that it gave, `refused` of which were none
    refused: int = 0
    refusal: str = ""


def begin(state: SourceState, at: Timestamp) -> SensorState:
    """The state before the first reading."""
    return SensorState(source=state, began_at=at)


def observe(
    agent: AgentId, setup: SensorSetup, state: SensorState, read: SensorRead
) -> tuple[SensorState, tuple[Draft, ...]]:
    """One more reading. One that is not newer than the last changes nothing."""
    at = read.at
    fault = _fault_of(setup, read.value)
    if fault:
        return refuse(setup, state, fault, at)
    state = replace(state, readings=state.readings + 1)
    if state.last_at is not None and at <= state.last_at:
        return state, ()
    was_blind = state.source.coverage.visibility is Visibility.BLIND
    is_same = state.value == read.value
    same_since = state.same_since if is_same and state.same_since is not None else at
    is_stuck = setup.stuck_s > 0 and at - same_since >= setup.stuck_s * SECOND_US
    visibility, reason = (Visibility.DEGRADED, STUCK) if is_stuck else (Visibility.OBSERVED, "")
    after, changed = source.change_visibility(state.source, visibility, reason, at, at)
    reading = SensorReading(
        at=at,
        observed_s=source.observed_s(state.last_at, at, setup.stale_s, is_blind=was_blind),
        value=read.value,
    )
    context = ObservationContext(
        agent=agent,
        source=setup.source,
        place=setup.place,
        at=at,
        error_ms=0.0,
        traceparent=read.traceparent,
    )
    after, drafts = source.observe(setup.rules, after, reading, context)
    state = replace(
        state, source=after, last_at=at, value=read.value, same_since=same_since, refusal=""
    )
    return state, (*changed, *drafts)


def refuse(
    setup: SensorSetup, state: SensorState, reason: str, at: Timestamp
) -> tuple[SensorState, tuple[Draft, ...]]:
    """It gave what is no reading. One that has given no reading yet, or was silent, is blind for
    that reason from now on; any other once it has given none for too long."""
    state = replace(state, readings=state.readings + 1, refused=state.refused + 1, refusal=reason)
    if state.source.coverage.reason in (coverage_log.STARTING, SILENT):
        after, changed = source.change_visibility(state.source, Visibility.BLIND, reason, at, at)
        return replace(state, source=after), changed
    return _check_silence(setup, state, at)


def change_visibility(
    state: SensorState, feed: VisibilityChanged
) -> tuple[SensorState, tuple[Draft, ...]]:
    """The feed knows that it cannot read (a missing file, a broken line)."""
    after, changed = source.change_visibility(
        state.source, feed.visibility, feed.reason, feed.since, feed.at
    )
    return replace(state, source=after), changed


def tick(
    setup: SensorSetup, state: SensorState, at: Timestamp
) -> tuple[SensorState, tuple[Draft, ...]]:
    """Notice silence, and answer what is due."""
    state, changed = _check_silence(setup, state, at)
    after, drafts = source.expire(state.source, at)
    return replace(state, source=after), (*changed, *drafts)


def due_at(setup: SensorSetup, state: SensorState) -> Timestamp | None:
    """When `tick` will next emit something if nothing else comes, None: never."""
    deadline = source.due_at(state.source)
    if state.source.coverage.visibility is Visibility.BLIND:
        return deadline
    silent = Timestamp(_last_reading(state) + round(setup.stale_s * SECOND_US) + 1)
    return silent if deadline is None else min(silent, deadline)


def _check_silence(
    setup: SensorSetup, state: SensorState, at: Timestamp
) -> tuple[SensorState, tuple[Draft, ...]]:
    """Blind from its last reading on where it has given none for too long."""
    last, visibility = _last_reading(state), state.source.coverage.visibility
    if visibility is Visibility.BLIND or at - last <= setup.stale_s * SECOND_US:
        return state, ()
    reason = state.refusal or SILENT
    after, changed = source.change_visibility(state.source, Visibility.BLIND, reason, last, at)
    return replace(state, source=after), changed


def _fault_of(setup: SensorSetup, value: float) -> str:
    """Why `value` is no reading; "" when it is one. A value that is not finite is none whatever the
    range: nothing could store it."""
    if not math.isfinite(value):
        return NOT_A_NUMBER
    return "" if setup.low <= value <= setup.high else OUT_OF_RANGE


def _last_reading(state: SensorState) -> Timestamp:
    return state.last_at if state.last_at is not None else state.began_at
