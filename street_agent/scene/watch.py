"""One rule over time: `step(rule, state, observation) -> (state, condition, cues)`. Pure; who hears the cues is not decided here."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citybrain.clock import SECOND_US, Timestamp
from citybrain.ids import RuleId
from citybrain.structs import Struct
from citybrain.vocabulary import Certainty, IncidentKind, Phase, Severity, Urgency
from street_agent.scene.look import Condition, Look, Reading
from street_agent.scene.persistence import IDLE, Patience, Spell, persist
from street_agent.scene.rules.table import RULE_KINDS

LIKELY = 0.5  # CAP 1.2: likely is more than an even chance
SURE, SURE_S = (
    0.6,
    1.0,
)  # a score and observed seconds of presence from which on a condition counts as observed


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule as configured. `kind` is a name of `RULE_KINDS`, `settings` that kind's own."""

    id: RuleId
    kind: str
    settings: Any
    incident_kind: IncidentKind
    severity: Severity
    urgency: Urgency
    patience: Patience


class RuleState(Struct, frozen=True, kw_only=True, eq=False):
    spell: Spell
    inner: Any


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cue:
    """An episode starts, changes or ends. `began_at`, the first look with the condition, names the episode: no other one of the rule has it."""

    rule: Rule
    phase: Phase
    began_at: Timestamp
    certainty: Certainty
    measurements: dict[str, float]
    who: NDArray[np.int64] | None  # rows of the look's tracks


def start(rule: Rule) -> RuleState:
    return RuleState(spell=IDLE, inner=RULE_KINDS[rule.kind].start(rule.settings))


def step(
    rule: Rule, state: RuleState, seen: Look | Reading
) -> tuple[RuleState, Condition, tuple[Cue, ...]]:
    """Show the rule one more look."""
    before = state.spell
    inner, condition = RULE_KINDS[rule.kind].observe(
        rule.settings, state.inner, seen, before.active
    )
    spell, phase = persist(
        before,
        rule.patience,
        present=condition.present,
        count=condition.measurements["count"],
        observed_s=seen.observed_s,
        at=seen.at,
    )
    if spell is before and inner is state.inner:
        return state, condition, ()
    after = RuleState(spell=spell, inner=inner)
    if phase is None:
        return after, condition, ()
    return (
        after,
        condition,
        (_cue(rule, phase, before if phase is Phase.END else spell, condition, seen.at),),
    )


def _cue(rule: Rule, phase: Phase, spell: Spell, condition: Condition, at: Timestamp) -> Cue:
    numbers = {
        **condition.measurements,
        "held_s": round(spell.present_s, 3),
        "since_s": round((at - spell.began_at) / SECOND_US, 3),
    }
    sure = Certainty.OBSERVED if phase is Phase.END else certainty(condition.score, spell.present_s)
    return Cue(
        rule=rule,
        phase=phase,
        began_at=spell.began_at,
        certainty=sure,
        measurements=numbers,
        who=None if phase is Phase.END else condition.who,
    )


def certainty(score: float, held_s: float) -> Certainty:
    """CAP's word for how sure: `score` is that of the weakest box that the condition needs (1 for a sensor), `held_s` how long it was seen.

    Observed: a good score that lasted, or a sensor. Likely: more than an even chance. Possible: the rest.
    """
    if score >= 1.0 or (score >= SURE and held_s >= SURE_S):
        return Certainty.OBSERVED
    return Certainty.LIKELY if score > LIKELY else Certainty.POSSIBLE
