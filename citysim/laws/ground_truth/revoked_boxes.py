"""The part of `nothing_unproved` that is about revoked boxes: a district journals what the list of
the revoked says as soon as it looks, and takes nothing of the box from then on. What waited for the
journal already is written there, and has no effect.
"""

from collections.abc import Iterator

from citybrain.clock import Timestamp, later, seconds_between
from citybrain.decider.command import ClockSet, ClockStepped, Command, Notice
from citysim.laws.checks.nothing_twice import NOT_BELIEVED
from citysim.laws.ground_truth_log import BoxRevoked
from citysim.laws.history import DistrictHistory, History, Stall
from citysim.laws.projections.enrolled_boxes import EnrolledBoxes
from citysim.laws.projections.letters import DistrictRecord
from citysim.laws.projections.store_restores import was_restored
from district_node.inputs import (
    AgentEnrolled,
    AgentPresenceChanged,
    AgentRevoked,
    BatchReceived,
    HelloReceived,
    ItemQuarantined,
    NodeStarted,
)
from district_node.shell.enrolment import LOOK_S

# beside LOOK_S: for what waits for the disk already when the district looks
GRACE_S = 5.0


def violations(
    node: DistrictHistory, revoked: BoxRevoked, stalls: tuple[Stall, ...]
) -> Iterator[str]:
    """What a district took of the box after it had to know."""
    limit = later(revoked.at, LOOK_S + GRACE_S)
    for record in node.records[max(0, revoked.after_seq - node.begins_after) :]:
        given = record.input
        if _ends_it(given, revoked):
            return
        limit = _postponed(limit, record, stalls)
        if record.at > limit and _sender(given) == revoked.agent:
            late_s = seconds_between(revoked.at, record.at)
            yield (
                f"{revoked.agent} is believed in record {record.seq}, {late_s:.0f} s after its "
                f"certificate {revoked.serial} was revoked"
            )
            return


def effects(node: DistrictHistory) -> Iterator[str]:
    """What came of inputs of a box while the journal says that it is not proved."""
    if node.begins_after:
        return
    enrolled = EnrolledBoxes()
    for record in node.records:
        given = record.input
        if isinstance(given, AgentEnrolled | AgentRevoked | NodeStarted):
            enrolled.tell(given)
        sender = _sender(given)
        if not sender or record.seq in node.foreign_records:
            continue
        if enrolled.is_believed(sender, record.at):
            continue
        if any(not _is_refusal(command) for command in record.commands):
            yield f"{sender} is not proved any more, and record {record.seq} has an effect"


def of_history(history: History) -> Iterator[tuple[BoxRevoked, DistrictHistory]]:
    """Every revocation that a journal can tell about: one that was restored may have forgotten."""
    truth = history.ground_truth
    nodes = {str(name): node for name, node in history.districts}
    for revoked in truth.boxes_revoked if truth is not None else ():
        node = nodes.get(revoked.district)
        if node is not None and not was_restored(node):
            yield revoked, node


def _ends_it(given: object, revoked: BoxRevoked) -> bool:
    """It is journaled, or the box has joined again."""
    if isinstance(given, AgentRevoked):
        return (given.agent, given.serial) == (revoked.agent, revoked.serial)
    return (
        isinstance(given, AgentEnrolled)
        and given.agent == revoked.agent
        and given.serial != revoked.serial
    )


def _is_refusal(command: Command) -> bool:
    return type(command) is Notice and command.code == NOT_BELIEVED


def _postponed(limit: Timestamp, record: DistrictRecord, stalls: tuple[Stall, ...]) -> Timestamp:
    """A district that starts, or could write nothing, looks then; steps of its time count for
    nothing. By its time of then: what waited for a disk while its time was set is written by the
    new one."""
    given = record.input
    if isinstance(given, ClockStepped | ClockSet):
        limit = Timestamp(_after_stalls(limit, stalls) + given.micros)
    if isinstance(given, NodeStarted):
        limit = max(limit, later(record.at, GRACE_S))
    return _after_stalls(limit, stalls)


def _after_stalls(limit: Timestamp, stalls: tuple[Stall, ...]) -> Timestamp:
    for stall in stalls:
        if stall.since <= limit:
            limit = max(limit, later(stall.until, LOOK_S + GRACE_S))
    return limit


def _sender(given: object) -> str:
    """Of whom an input is that is taken only of somebody who is believed; "": of nobody."""
    match given:
        case BatchReceived(agent=agent) | ItemQuarantined(agent=agent):
            return agent
        case AgentPresenceChanged(agent=agent):
            return agent
        case HelloReceived(hello=hello):
            return hello.agent
        case _:
            return ""
