"""Bugs between an agent and its district: outbox, acknowledgements, duplicates, blindness."""

from typing import Any

from citybrain.ack_ranges import AckRanges, covered
from citybrain.bus import topics
from citybrain.domain.agent import Ack, RequestAck
from citybrain.errors import StoreFullError
from citybrain.wire.agent import encode_ack, encode_request_ack
from district_node.cores.flows import node_started
from district_node.cores.intake import Intake, SenderKey
from district_node.shell.agent_gateway import AgentGateway
from mutants.mutant import Mutant, all_of, patch_attribute
from street_agent import district_link
from street_agent.agent_step import AgentStep
from street_agent.core import coverage_log, source
from street_agent.district_link import DistrictLink
from street_agent.outbox import capacity, memory, send_window
from street_agent.outbox.memory import MemoryOutbox
from street_agent.outbox.sender import OutboxSender

DEDUP_WINDOW = 2  # numbers below the newest one


def _acks_before_commit(submit: Any) -> Any:
    """What is only in the journal's queue is acknowledged."""

    def submit_(self: Any, batch: Any) -> None:
        submit(self, batch)
        known = self._commit_loop.state.intake.ack_ranges
        ack_ranges = known.get(SenderKey(batch.agent, batch.incarnation)) or AckRanges()
        for item in batch.items:
            ack_ranges, _ = ack_ranges.take(item)
        self._bus.publish(
            topics.topic(self._district, batch.agent, topics.ACK),
            encode_ack(ack_ranges.ack(batch.incarnation)),
        )

    return submit_


def _ignores_ranges(_has_range: Any) -> Any:
    def has_range(self: Any, first: int, last: int) -> bool:
        return last <= self.contiguous

    return has_range


def _stores_no_ranges(_add_range: Any) -> Any:
    def add_range(self: Any, first: int, last: int) -> AckRanges:
        return AckRanges(
            contiguous=max(last, self.contiguous)
            if first <= self.contiguous + 1
            else self.contiguous
        )

    return add_range


def _small_window(has_range: Any) -> Any:
    def has_range_(self: Any, first: int, last: int) -> bool:
        return has_range(self, first, last) and last > self.contiguous - DEDUP_WINDOW

    return has_range_


def _forgets_ack_ranges(started: Any) -> Any:
    def started_(draft: Any, given: Any) -> None:
        started(draft, given)
        draft.intake = Intake(counters=draft.intake.counters)

    return started_


def _deletes_when_sent(send: Any) -> Any:
    """What the broker has accepted is deleted: its PUBACK counts as the acknowledgement."""

    def send_(self: Any, batch: Any, now: Any, at: Any) -> bool:
        if not send(self, batch, now, at):
            return False
        ack_ranges = AckRanges()
        for row in batch.rows:
            ack_ranges, _ = ack_ranges.take(row.item)
        try:
            self._outbox.acknowledge(
                Ack(
                    incarnation=self._outbox.incarnation,
                    contiguous=ack_ranges.contiguous,
                    above=ack_ranges.above,
                )
            )
        except StoreFullError:
            pass
        return True

    return send_


def _numbers_from_rows(crash: Any) -> Any:
    """The next number is one above the highest row, as found at the start: when all was
    acknowledged it begins at 1 again."""

    def crash_(self: Any) -> Any:
        reopened = crash(self)
        reopened._disk.next_seq = (
            max((covered(row.item).last for row in reopened._disk.rows.values()), default=0) + 1
        )
        return reopened

    return crash_


def _same_incarnation(init: Any) -> Any:
    def __init__(self: Any, **parts: Any) -> None:
        init(self, **parts)
        self._disk.incarnation = 7

    return __init__


def _drops_refused_ack(_on_ack: Any) -> Any:
    """The code of an earlier version: the batches in flight are closed though the disk removed
    nothing."""

    def on_ack(self: Any, ack: Ack, now: Any) -> int:
        try:
            removed = self._outbox.acknowledge(ack)
        except StoreFullError:
            removed = 0
        if ack.incarnation == self._outbox.incarnation:
            self._state = send_window.apply_ack(self._state, ack, now)
        return int(removed)

    return on_ack


def _acks_before_storing(store: Any) -> Any:
    """The district is told that its requests are stored before they are."""

    def store_requests(self: Any, batch: Any) -> Any:
        last = batch.first + len(batch.requests) - 1
        self._bus.publish(
            topics.topic(self._district, self._agent, topics.REQUESTS_ACK),
            encode_request_ack(RequestAck(epoch=batch.epoch, contiguous=last)),
        )
        return store(self, batch)

    return store_requests


def _drops_without_gap(_collapse: Any) -> Any:
    def collapse_into_gap(store: Any, row: Any, reason: str = "") -> None:
        store.drop(row)

    return collapse_into_gap


def _highest_priority_first(_lowest: Any) -> Any:
    def lowest_row(self: Any) -> Any:
        disk = self._disk
        return next(
            (
                disk.rows[disk.by_priority[priority][0][1]]
                for priority in reversed(range(memory.GAP_PRIORITY))
                if disk.by_priority.get(priority)
            ),
            None,
        )

    return lowest_row


def _counts_blind_seconds(_observed: Any) -> Any:
    def observed_s(last: Any, at: Any, gap_s: float, *, is_blind: bool) -> float:
        return 0.0 if last is None else max(0.0, (at - last) / 1_000_000)

    return observed_s


def _omits_downtime(begin: Any) -> Any:
    def begin_(name: Any, at: Any, *, last_alive: Any = None) -> Any:
        return begin(name, at)

    return begin_


class _ForgetfulClock:
    """A clock that ignores what the run before knew."""

    def __init__(self, clock: Any) -> None:
        self._clock = clock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._clock, name)

    def not_before(self, at: Any) -> None:
        """Ignored."""


def _may_start_in_the_past(init: Any) -> Any:
    def __init__(self: Any, *, clock: Any, **parts: Any) -> None:
        init(self, clock=_ForgetfulClock(clock), **parts)

    return __init__


def _omits_blind_intervals(change: Any) -> Any:
    """That a source went blind is accounted for, and not reported."""

    def change_(log: Any, visibility: Any, reason: str, since: Any, at: Any) -> Any:
        after, intervals = change(log, visibility, reason, since, at)
        return after, tuple(
            interval
            for interval in intervals
            if interval.until is not None or interval.visibility == "observed"
        )

    return change_


MUTANTS = (
    Mutant(
        name="ack_before_commit",
        bug="The district acknowledges items that are only in its journal's queue.",
        laws=("nothing_lost", "ground_truth_delivery"),
        plant=patch_attribute(AgentGateway, "_submit", _acks_before_commit),
    ),
    Mutant(
        name="puback_deletes",
        bug="An agent deletes what the broker has accepted, without waiting for the district's"
        " acknowledgement.",
        laws=("nothing_lost", "ground_truth_delivery"),
        plant=patch_attribute(OutboxSender, "_send", _deletes_when_sent),
    ),
    Mutant(
        name="ack_ranges_ignored",
        bug="The district knows its contiguous number only; what came above it is taken again.",
        laws=("nothing_twice",),
        plant=all_of(
            patch_attribute(AckRanges, "has_range", _ignores_ranges),
            patch_attribute(AckRanges, "add_range", _stores_no_ranges),
        ),
    ),
    Mutant(
        name="small_dedup_window",
        bug=f"The district knows the last {DEDUP_WINDOW} numbers of an agent; older ones are taken"
        " for new.",
        laws=("nothing_twice",),
        plant=patch_attribute(AckRanges, "has_range", _small_window),
    ),
    Mutant(
        name="ack_ranges_forgotten",
        bug="The acknowledged ranges of agents are forgotten when the district starts.",
        laws=("nothing_twice",),
        plant=patch_attribute(node_started, "node_started", _forgets_ack_ranges),
    ),
    Mutant(
        name="seqs_from_rows",
        bug="After a restart the outbox's next number is one above what it still keeps: numbers are"
        " given twice.",
        laws=("ground_truth_delivery", "nothing_lost"),
        plant=patch_attribute(MemoryOutbox, "crash", _numbers_from_rows),
    ),
    Mutant(
        name="same_incarnation",
        bug="An outbox that was made anew has the incarnation of the lost one.",
        laws=("ground_truth_delivery", "nothing_lost"),
        plant=patch_attribute(MemoryOutbox, "__init__", _same_incarnation),
    ),
    Mutant(
        name="refused_ack_counts",
        bug="An acknowledgement that a full disk refused counts as done: a quiet agent keeps the"
        " rows for ever (found by simulation, fixed).",
        laws=("liveness", "nothing_lost"),
        plant=patch_attribute(OutboxSender, "on_ack", _drops_refused_ack),
        setting=patch_attribute(
            district_link, "HELLO_EVERY_S", lambda _: 1e9
        ),  # its answer heals this
    ),
    Mutant(
        name="request_ack_early",
        bug="An agent acknowledges the district's requests before they are on its disk.",
        laws=("nothing_lost",),
        plant=patch_attribute(DistrictLink, "_store_requests", _acks_before_storing),
    ),
    Mutant(
        name="gap_not_declared",
        bug="A full outbox drops its oldest row and leaves no gap marker.",
        laws=("nothing_lost", "ground_truth_delivery"),
        plant=patch_attribute(capacity, "collapse_into_gap", _drops_without_gap),
    ),
    Mutant(
        name="severe_dropped_first",
        bug="A full outbox drops the highest severity first.",
        laws=("losses_declared",),
        plant=patch_attribute(MemoryOutbox, "lowest_row", _highest_priority_first),
    ),
    Mutant(
        name="blind_counts_as_observed",
        bug="Seconds in which a camera was blind count as observed.",
        laws=("no_silent_blindness", "ground_truth_verification"),
        plant=all_of(
            patch_attribute(source, "observed_s", _counts_blind_seconds),
            patch_attribute(source, "discount", lambda _: lambda state, _blind_s: state),
        ),
    ),
    Mutant(
        name="downtime_not_reported",
        bug="An agent that starts does not report the time in which it was down.",
        laws=("no_silent_blindness",),
        plant=patch_attribute(coverage_log, "begin", _omits_downtime),
    ),
    Mutant(
        name="clock_goes_back",
        bug="A run may begin before the one before it ended, by its own clock (found by simulation,"
        " fixed).",
        laws=("no_silent_blindness",),
        plant=patch_attribute(AgentStep, "__init__", _may_start_in_the_past),
    ),
    Mutant(
        name="blindness_not_reported",
        bug="That a source went blind is logged by its agent, and not reported.",
        laws=("no_silent_blindness",),
        plant=patch_attribute(coverage_log, "change", _omits_blind_intervals),
    ),
)
