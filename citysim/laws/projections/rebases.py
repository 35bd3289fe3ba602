"""What a person's rebase makes of the times that a law has noted of a node: what was still to come
keeps what is left of it, what has passed is not later than the new time.

Said here by itself, not by `citybrain.node_time.rebase`, which is judged.
"""

from collections.abc import Callable

from citybrain.clock import Timestamp
from citybrain.decider.command import ClockSet
from citybrain.domain.clock import ClockVerb
from citysim.laws.projections.letters import CityRecord, DistrictRecord

Move = Callable[[Timestamp], Timestamp]


def rebase_in(record: DistrictRecord | CityRecord) -> Move | None:
    """Where a time stands after the record; None: it is no rebase, and all times stay."""
    given, at = record.input, record.at
    if not isinstance(given, ClockSet) or given.action.verb is not ClockVerb.REBASE:
        return None
    micros = given.micros

    def moved(time: Timestamp) -> Timestamp:
        was_to_come = time > at - micros
        return Timestamp(time + micros if was_to_come else min(time, at))

    return moved
