"""Bugs between an agent and its district: outbox, acknowledgements, duplicates, and what nobody saw."""

from typing import Any

from mutants.mutant import Mutant, put, put_in_table, together

from citybrain.ack_ranges import AckRanges, covered
from citybrain.bus import topics
from citybrain.domain.agent import Ack, RequestAck
from citybrain.errors import StoreFullError
from citybrain.wire.agent import encode_ack, encode_request_ack
from district_node.cores.decide import FLOWS
from district_node.cores.intake import Intake, sender_key
from district_node.inputs import NodeStarted
from district_node.shell.door import Door
from street_agent.core import source
from street_agent.health import ledger
from street_agent.link import uplink
from street_agent.link.uplink import Uplink
from street_agent.outbox import cap, memory, sender
from street_agent.outbox.courier import Courier
from street_agent.outbox.memory import MemoryOutbox
from street_agent.turn import Turns

REMEMBERED = 2  # numbers below the newest one


def _acked_at_once(submit: Any) -> Any:
    """What is only in the journal's queue is acknowledged."""

    def submit_(self: Any, said: Any) -> None:
        submit(self, said)
        parts = self._parts
        ack_ranges = (
            parts.commit_loop.state.intake.ack_ranges.get(sender_key(said.agent, said.incarnation))
            or AckRanges()
        )
        for item in said.items:
            ack_ranges, _ = ack_ranges.take(item)
        parts.bus.publish(
            topics.topic(parts.district, said.agent, topics.ACK),
            encode_ack(ack_ranges.ack(said.incarnation)),
        )

    return submit_


def _only_the_mark(_has_span: Any) -> Any:
    def has_span(self: Any, first: int, last: int) -> bool:
        return last <= self.contiguous

    return has_span


def _no_ranges(_add_span: Any) -> Any:
    def add_span(self: Any, first: int, last: int) -> AckRanges:
        return AckRanges(
            contiguous=max(last, self.contiguous)
            if first <= self.contiguous + 1
            else self.contiguous
        )

    return add_span


def _only_the_newest(has_span: Any) -> Any:
    def has_span_(self: Any, first: int, last: int) -> bool:
        return has_span(self, first, last) and last > self.contiguous - REMEMBERED

    return has_span_


def _forgets_marks(started: Any) -> Any:
    def started_(work: Any, given: Any) -> None:
        started(work, given)
        work.intake = Intake(tally=work.intake.tally)

    return started_


def _gone_when_sent(sent: Any) -> Any:
    """What the broker has taken is deleted: its PUBACK counts as the district's word."""

    def sent_(self: Any, out: Any, now: Any, at: Any) -> bool:
        if not sent(self, out, now, at):
            return False
        ack_ranges = AckRanges()
        for row in out.rows:
            ack_ranges, _ = ack_ranges.take(row.said)
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

    return sent_


def _numbers_from_rows(crash: Any) -> Any:
    """The next number is one above the highest row, as found at the start: when all was acknowledged it begins at 1 again."""

    def crash_(self: Any) -> Any:
        reopened = crash(self)
        reopened._disk.next_seq = (
            max((covered(row.said).last for row in reopened._disk.rows.values()), default=0) + 1
        )
        return reopened

    return crash_


def _same_incarnation(init: Any) -> Any:
    def __init__(self: Any, **parts: Any) -> None:
        init(self, **parts)
        self._disk.incarnation = 7

    return __init__


def _refused_is_done(_acknowledged: Any) -> Any:
    """As it was: the flights close though the disk let nothing go."""

    def acknowledged(self: Any, ack: Ack, now: Any) -> int:
        try:
            gone = self._outbox.acknowledge(ack)
        except StoreFullError:
            gone = 0
        if ack.incarnation == self._outbox.incarnation:
            self._state = sender.acknowledged(self._state, ack, now)
        return int(gone)

    return acknowledged


def _acked_before_kept(keep: Any) -> Any:
    """The district hears that its requests are in the book before they are."""

    def keep_asked(self: Any, asked: Any) -> Any:
        last = asked.first + len(asked.requests) - 1
        self._bus.publish(
            topics.topic(self._district, self._agent, topics.REQUESTS_ACK),
            encode_request_ack(RequestAck(epoch=asked.epoch, contiguous=last)),
        )
        return keep(self, asked)

    return keep_asked


def _buried_silently(_bury: Any) -> Any:
    def bury(shelf: Any, row: Any, reason: str = "") -> None:
        shelf.drop(row)

    return bury


def _worth_most_first(_lowest: Any) -> Any:
    def lowest(self: Any) -> Any:
        disk = self._disk
        return next(
            (
                disk.rows[disk.lanes[rank][0][1]]
                for rank in reversed(range(memory.GAP_RANK))
                if disk.lanes.get(rank)
            ),
            None,
        )

    return lowest


def _all_is_seen(_observed: Any) -> Any:
    def observed_s(last: Any, at: Any, gap_s: float, *, is_blind: bool) -> float:
        return 0.0 if last is None else max(0.0, (at - last) / 1_000_000)

    return observed_s


def _never_down(begin: Any) -> Any:
    def begin_(name: Any, at: Any, *, last_alive: Any = None) -> Any:
        return begin(name, at)

    return begin_


class _Unruly:
    """A clock to which nobody can say what was before."""

    def __init__(self, clock: Any) -> None:
        self._clock = clock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._clock, name)

    def not_before(self, at: Any) -> None:
        """Unheard."""


def _starts_in_the_past(init: Any) -> Any:
    def __init__(self: Any, *, clock: Any, **parts: Any) -> None:
        init(self, clock=_Unruly(clock), **parts)

    return __init__


def _never_said(change: Any) -> Any:
    """That a source went blind is booked, and not said."""

    def change_(book: Any, visibility: Any, reason: str, since: Any, at: Any) -> Any:
        after, said = change(book, visibility, reason, since, at)
        return after, tuple(
            interval
            for interval in said
            if interval.until is not None or interval.visibility == "observed"
        )

    return change_


MUTANTS = (
    Mutant(
        name="ack_before_commit",
        bug="The district acknowledges items that are only in its journal's queue.",
        laws=("nothing_lost", "truly_kept"),
        plant=put(Door, "_submit", _acked_at_once),
    ),
    Mutant(
        name="puback_deletes",
        bug="An agent deletes what the broker has taken, without waiting for the district's acknowledgement.",
        laws=("nothing_lost", "truly_kept"),
        plant=put(Courier, "_sent", _gone_when_sent),
    ),
    Mutant(
        name="ranges_ignored",
        bug="The district remembers its contiguous mark only; what came above it is taken again.",
        laws=("nothing_twice",),
        plant=together(
            put(AckRanges, "has_span", _only_the_mark), put(AckRanges, "add_span", _no_ranges)
        ),
    ),
    Mutant(
        name="small_window",
        bug=f"The district remembers the last {REMEMBERED} numbers of an agent; older ones are taken for new.",
        laws=("nothing_twice",),
        plant=put(AckRanges, "has_span", _only_the_newest),
    ),
    Mutant(
        name="marks_forgotten",
        bug="The marks of agents are forgotten when the district starts.",
        laws=("nothing_twice",),
        plant=put_in_table(FLOWS, NodeStarted, _forgets_marks),
    ),
    Mutant(
        name="numbers_from_rows",
        bug="After a restart the outbox's next number is one above what it still keeps: numbers are given twice.",
        laws=("truly_kept", "nothing_lost"),
        plant=put(MemoryOutbox, "crash", _numbers_from_rows),
    ),
    Mutant(
        name="same_incarnation",
        bug="An outbox that was made anew calls itself as the lost one did.",
        laws=("truly_kept", "nothing_lost"),
        plant=put(MemoryOutbox, "__init__", _same_incarnation),
    ),
    Mutant(
        name="refused_ack_done",
        bug="An acknowledgement that a full disk refused counts as done: a quiet agent keeps the rows for ever (found by simulation, fixed).",
        laws=("everything_right_happens", "nothing_lost"),
        plant=put(Courier, "acknowledged", _refused_is_done),
        setting=put(uplink, "HELLO_EVERY_S", lambda _: 1e9),  # its answer heals this
    ),
    Mutant(
        name="asked_ack_early",
        bug="An agent says that it keeps the district's requests before they are on its disk.",
        laws=("nothing_lost",),
        plant=put(Uplink, "_keep", _acked_before_kept),
    ),
    Mutant(
        name="gap_not_declared",
        bug="A full outbox drops its oldest row and leaves no gap marker.",
        laws=("nothing_lost", "truly_kept"),
        plant=put(cap, "bury", _buried_silently),
    ),
    Mutant(
        name="severe_goes_first",
        bug="A full outbox gives up the highest severity first.",
        laws=("losses_declared",),
        plant=put(MemoryOutbox, "lowest", _worth_most_first),
    ),
    Mutant(
        name="blind_is_observed",
        bug="Seconds in which a camera was blind count as observed.",
        laws=("no_silent_blindness", "truly_clear"),
        plant=together(
            put(source, "observed_s", _all_is_seen),
            put(source, "discount", lambda _: lambda state, _blind_s: state),
        ),
    ),
    Mutant(
        name="downtime_not_said",
        bug="An agent that starts says nothing of the time in which it was down.",
        laws=("no_silent_blindness",),
        plant=put(ledger, "begin", _never_down),
    ),
    Mutant(
        name="clock_goes_back",
        bug="A run may begin before the one before it ended, by its own clock (found by simulation, fixed).",
        laws=("no_silent_blindness",),
        plant=put(Turns, "__init__", _starts_in_the_past),
    ),
    Mutant(
        name="blindness_not_said",
        bug="That a source went blind is booked by its agent, and not said.",
        laws=("no_silent_blindness",),
        plant=put(ledger, "change", _never_said),
    ),
)
