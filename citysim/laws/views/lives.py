"""When a node's store was put back from a backup, as its own journal tells: a start under another epoch."""

from dataclasses import dataclass

from citybrain.clock import Timestamp
from citysim.laws.history import NodeHistory, Step
from coordinator.inputs import NodeStarted as CityStarted
from district_node.inputs import NodeStarted as DistrictStarted


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """`seq`: the start's record (one past the last while the store is renewed and not started yet). What was committed between `back_to` and `at` is gone."""

    seq: int
    back_to: Timestamp
    at: Timestamp


def starts(node: NodeHistory) -> list[Step]:
    """The records of its starts."""
    return node.inputs(CityStarted, DistrictStarted)


def restores(node: NodeHistory) -> tuple[Restore, ...]:
    found, epoch = [], ""
    for step in starts(node):
        if epoch and step.input.epoch not in ("", epoch):
            before = node.steps[step.seq - 2].at if step.seq > 1 else step.at
            found.append(Restore(seq=step.seq, back_to=before, at=step.at))
        epoch = step.input.epoch or epoch
    if epoch and node.epoch not in ("", epoch) and node.steps:
        last = node.steps[-1]
        found.append(Restore(seq=last.seq + 1, back_to=last.at, at=Timestamp(2**62)))
    return tuple(found)


def was_restored(node: NodeHistory) -> bool:
    return bool(node.view(restores))
