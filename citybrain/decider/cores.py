"""A tier's deciding code as one value: what it decides, in which formats it is stored, and which
code it is. Each tier makes its own: `district_cores.py`, `city_cores.py`."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from citybrain.decider.code_identity import CodeIdentity
from citybrain.decider.command import ClockSet, ClockStepped, Command, DecisionContext, TimerFired
from citybrain.decider.rows.correction import (
    CORRECTION_FORMAT,
    CORRECTION_KIND,
    LOST_FORMAT,
    LOST_KIND,
)
from citybrain.formats import Format, FormatRegistry
from citybrain.journal.checkpoint import CHECKPOINT_FORMAT
from citybrain.journal.port import CHECKPOINT_KIND
from citybrain.structs import Struct

S = TypeVar("S")
# the second argument is a member of the tier's union of inputs, which the registry alone knows
Decide = Callable[[S, Any, DecisionContext], tuple[S, tuple[Command, ...]]]

KERNEL_INPUTS = FormatRegistry(
    {
        "timer_fired": Format(TimerFired),
        "clock_stepped": Format(ClockStepped),
        "clock_set": Format(ClockSet),
        CHECKPOINT_KIND: CHECKPOINT_FORMAT,
        CORRECTION_KIND: CORRECTION_FORMAT,
    }
)
KERNEL_LETTERS = FormatRegistry({LOST_KIND: LOST_FORMAT})


class Cores(Struct, Generic[S], frozen=True, kw_only=True):
    """Made by `cores_of`. `code` is what every record that this code decides says of itself."""

    decide: Decide[S]
    initial: S
    state: Format[S]
    inputs: FormatRegistry
    letters: FormatRegistry
    identity: CodeIdentity
    code: str


def cores_of(
    *,
    decide: Decide[S],
    initial: S,
    state: Format[S],
    inputs: FormatRegistry,
    letters: FormatRegistry,
    identity: CodeIdentity,
) -> Cores[S]:
    """The cores whose journal holds `inputs` and `letters`, the tier's own kinds, and the
    kernel's."""
    return Cores(
        decide=decide,
        initial=initial,
        state=state,
        inputs=KERNEL_INPUTS.extended(inputs),
        letters=KERNEL_LETTERS.extended(letters),
        identity=identity,
        code=identity.text,
    )
