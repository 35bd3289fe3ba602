"""When a node's store was restored from a backup, by its own journal: a start under a new epoch."""

from citybrain.clock import Timestamp
from citybrain.structs import Struct
from citysim.laws.history import AnyNodeHistory, ReplayedRecord
from coordinator.inputs import NodeStarted as CityStarted
from district_node.inputs import NodeStarted as DistrictStarted

END_OF_TIME = Timestamp(2**62)


class StoreRestore(Struct, frozen=True, kw_only=True):
    """What was committed between `back_to` and `at` is gone.

    `seq`: the record of the start that followed; one past the last record while the store is
    renewed and its node has not started yet.
    """

    seq: int
    back_to: Timestamp
    at: Timestamp


def start_records(node: AnyNodeHistory) -> list[ReplayedRecord[CityStarted | DistrictStarted]]:
    """The records of the node's starts."""
    return node.records_of_any(CityStarted, DistrictStarted)


def store_restores(node: AnyNodeHistory) -> tuple[StoreRestore, ...]:
    found, epoch = [], ""
    for record in start_records(node):
        if epoch and record.input.epoch not in ("", epoch):
            before = _at_before(node, record)
            found.append(StoreRestore(seq=record.seq, back_to=before, at=record.at))
        epoch = record.input.epoch or epoch
    if epoch and node.epoch not in ("", epoch) and node.records:
        last = node.records[-1]
        found.append(StoreRestore(seq=last.seq + 1, back_to=last.at, at=END_OF_TIME))
    return tuple(found)


def _at_before(
    node: AnyNodeHistory, record: ReplayedRecord[CityStarted | DistrictStarted]
) -> Timestamp:
    """When the record before `record` was journaled."""
    index = record.seq - node.begins_after - 2
    return node.records[index].at if index >= 0 else record.at


def was_restored(node: AnyNodeHistory) -> bool:
    return bool(node.projection(store_restores))
