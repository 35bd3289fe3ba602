"""One rule over time: `step(rule, state, observation) -> (state, condition, triggers)`. Pure; what
follows from a trigger is not decided here.

A condition counts once it has lasted long enough, and is over once it has been gone long enough, in
observed seconds only."""

import numpy as np
from numpy.typing import NDArray

from citybrain.clock import SECOND_US, Timestamp
from citybrain.ids import RuleId
from citybrain.structs import Struct, replace
from citybrain.vocabulary import Certainty, EventKind, IncidentKind, Phase, Severity, Urgency
from street_agent.scene.observation import Condition, Observation
from street_agent.scene.rules.table import RULE_KINDS

LIKELY_SCORE_MIN = 0.5  # CAP 1.2: likely is more than an even chance
# A score and observed seconds of presence from which on a condition counts as observed.
OBSERVED_SCORE_MIN, OBSERVED_S_MIN = 0.6, 1.0
# Observed seconds that a condition may be missing before its `hold_s` starts anew: three lost
# detections at 5 pictures a second.
DROPOUT_S = 0.6
NEVER = Timestamp(0)
REPEAT_S = 30.0  # an episode that does not change is still reported this often
ROUNDING_S = 1e-9  # of a sum of many short times


class Debounce(Struct, frozen=True, kw_only=True):
    """How long a condition must be present (`hold_s`) and absent (`clear_s`), in observed seconds;
    updates come at most every `update_s`."""

    hold_s: float
    clear_s: float
    update_s: float


class Dwell(Struct, frozen=True, kw_only=True):
    """How long a condition has been present or absent, and what was reported of it."""

    active: bool = False  # its start was reported, its end not yet
    present: bool = False  # in the last observation
    began_at: Timestamp = NEVER  # the first observation of this candidate or episode
    present_s: float = 0.0  # observed since then, with the condition present
    absent_s: float = 0.0  # observed since it was last present
    reported_at: Timestamp = NEVER
    reported_count: float = 0.0


IDLE = Dwell()


class Rule(Struct, frozen=True, kw_only=True):
    """A rule as configured. `kind` is a name of `RULE_KINDS`, `settings` that kind's own."""

    id: RuleId
    kind: str
    settings: object
    incident_kind: IncidentKind
    severity: Severity
    urgency: Urgency
    debounce: Debounce
    event_kind: EventKind | None = None  # None: that of `RULE_KINDS`


class RuleState(Struct, frozen=True, kw_only=True, eq=False):
    """`kind_state` is the own state of the rule's kind."""

    dwell: Dwell
    kind_state: object


class Trigger(Struct, frozen=True, kw_only=True, eq=False):
    """An episode starts, changes or ends. `began_at`, the first observation with the condition,
    names the episode: no other one of the rule has it."""

    rule: Rule
    phase: Phase
    began_at: Timestamp
    certainty: Certainty
    measurements: dict[str, float]
    rows: NDArray[np.int64] | None  # of the observation's tracks


def start(rule: Rule) -> RuleState:
    """The state before the first observation."""
    return RuleState(dwell=IDLE, kind_state=RULE_KINDS[rule.kind].start(rule.settings))


def step(
    rule: Rule, state: RuleState, observation: Observation
) -> tuple[RuleState, Condition, tuple[Trigger, ...]]:
    """Evaluate the rule on one more observation."""
    before = state.dwell
    kind_state, condition = RULE_KINDS[rule.kind].observe(
        rule.settings, state.kind_state, observation, before.active
    )
    dwell, phase = debounce(
        before,
        rule.debounce,
        present=condition.present,
        count=condition.measurements["count"],
        observed_s=observation.observed_s,
        at=observation.at,
    )
    if dwell is before and kind_state is state.kind_state:
        return state, condition, ()
    after = RuleState(dwell=dwell, kind_state=kind_state)
    if phase is None:
        return after, condition, ()
    episode = before if phase is Phase.END else dwell
    return after, condition, (_trigger(rule, phase, episode, condition, observation.at),)


def debounce(
    dwell: Dwell,
    times: Debounce,
    *,
    present: bool,
    count: float,
    observed_s: float,
    at: Timestamp,
) -> tuple[Dwell, Phase | None]:
    """One more observation. An interval counts as presence (absence) when the condition was present
    (absent) at both of its ends."""
    if present:
        return _present(dwell, times, count, observed_s, at)
    if not dwell.active and not dwell.began_at:
        return dwell, None
    return _absent(dwell, times, observed_s)


def certainty(score: float, held_s: float) -> Certainty:
    """CAP's certainty: `score` is that of the weakest box that the condition needs (1 for a
    sensor), `held_s` how long it was observed.

    Observed: a good score that lasted, or a sensor. Likely: more than an even chance. Possible: the
    rest.
    """
    if score >= 1.0 or (score >= OBSERVED_SCORE_MIN and held_s >= OBSERVED_S_MIN):
        return Certainty.OBSERVED
    return Certainty.LIKELY if score > LIKELY_SCORE_MIN else Certainty.POSSIBLE


def _present(
    dwell: Dwell, times: Debounce, count: float, observed_s: float, at: Timestamp
) -> tuple[Dwell, Phase | None]:
    began_at = dwell.began_at or at
    lasted = dwell.present_s + (observed_s if dwell.present else 0.0)
    dwell = replace(dwell, present=True, began_at=began_at, present_s=lasted, absent_s=0.0)
    if not dwell.active:
        if lasted + ROUNDING_S < times.hold_s:
            return dwell, None
        return replace(dwell, active=True, reported_at=at, reported_count=count), Phase.START
    silent_s = (at - dwell.reported_at) / SECOND_US
    if silent_s >= REPEAT_S or (count != dwell.reported_count and silent_s >= times.update_s):
        return replace(dwell, reported_at=at, reported_count=count), Phase.UPDATE
    return dwell, None


def _absent(dwell: Dwell, times: Debounce, observed_s: float) -> tuple[Dwell, Phase | None]:
    absent_s = dwell.absent_s + (observed_s if not dwell.present else 0.0)
    if dwell.active and absent_s + ROUNDING_S >= times.clear_s:
        return IDLE, Phase.END
    if not dwell.active and absent_s > min(DROPOUT_S, times.clear_s):
        return IDLE, None
    return replace(dwell, present=False, absent_s=absent_s), None


def _trigger(
    rule: Rule, phase: Phase, dwell: Dwell, condition: Condition, at: Timestamp
) -> Trigger:
    measurements = {
        **condition.measurements,
        "held_s": round(dwell.present_s, 3),
        "since_s": round(max(0, at - dwell.began_at) / SECOND_US, 3),  # a run may be set back
    }
    is_end = phase is Phase.END
    return Trigger(
        rule=rule,
        phase=phase,
        began_at=dwell.began_at,
        certainty=Certainty.OBSERVED if is_end else certainty(condition.score, dwell.present_s),
        measurements=measurements,
        rows=None if is_end else condition.rows,
    )
