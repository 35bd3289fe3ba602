"""One rule over time: `step(rule, state, observation) -> (state, condition, triggers)`. Pure; what
follows from a trigger is not decided here."""

import numpy as np
from numpy.typing import NDArray

from citybrain.clock import SECOND_US, Timestamp
from citybrain.ids import RuleId
from citybrain.structs import Struct
from citybrain.vocabulary import Certainty, IncidentKind, Phase, Severity, Urgency
from street_agent.scene.debounce import IDLE, Debounce, Dwell, debounce
from street_agent.scene.observation import Condition, Observation
from street_agent.scene.rules.table import RULE_KINDS

LIKELY_SCORE_MIN = 0.5  # CAP 1.2: likely is more than an even chance
# A score and observed seconds of presence from which on a condition counts as observed.
OBSERVED_SCORE_MIN, OBSERVED_S_MIN = 0.6, 1.0


class Rule(Struct, frozen=True, kw_only=True):
    """A rule as configured. `kind` is a name of `RULE_KINDS`, `settings` that kind's own."""

    id: RuleId
    kind: str
    settings: object
    incident_kind: IncidentKind
    severity: Severity
    urgency: Urgency
    debounce: Debounce


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


def certainty(score: float, held_s: float) -> Certainty:
    """CAP's certainty: `score` is that of the weakest box that the condition needs (1 for a
    sensor), `held_s` how long it was observed.

    Observed: a good score that lasted, or a sensor. Likely: more than an even chance. Possible: the
    rest.
    """
    if score >= 1.0 or (score >= OBSERVED_SCORE_MIN and held_s >= OBSERVED_S_MIN):
        return Certainty.OBSERVED
    return Certainty.LIKELY if score > LIKELY_SCORE_MIN else Certainty.POSSIBLE


def _trigger(
    rule: Rule, phase: Phase, dwell: Dwell, condition: Condition, at: Timestamp
) -> Trigger:
    measurements = {
        **condition.measurements,
        "held_s": round(dwell.present_s, 3),
        "since_s": round((at - dwell.began_at) / SECOND_US, 3),
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
