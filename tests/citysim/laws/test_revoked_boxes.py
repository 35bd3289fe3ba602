"""Nothing is believed of a revoked box: that part of the law itself."""

import law_histories as h
import law_values as v
import pytest

from citybrain.clock import SECOND_US
from citybrain.decider.command import ClockStepped, Notice
from citybrain.structs import replace
from citysim.laws.ground_truth import nothing_unproved
from citysim.laws.ground_truth.revoked_boxes import GRACE_S
from citysim.laws.ground_truth_log import BoxRevoked, GroundTruth, ItemsStored
from citysim.laws.history import Stall
from district_node.inputs import (
    AgentEnrolled,
    AgentPresenceChanged,
    AgentRevoked,
    EnrolledBy,
)
from district_node.shell.enrolment import LOOK_S

LATE_S = 100 + LOOK_S + GRACE_S + 1
NOT_BELIEVED = Notice(code="not_believed", subject=v.AGENT, detail="revoked")
EFFECT = Notice(code="opened", subject="inc-a-1", detail="")


def judged(*records, stalls=()):
    """The box is enrolled by s1 from the start, and revoked in second 100."""
    revoked = BoxRevoked(district="a", agent=v.AGENT, serial="s1", at=v.at(100), after_seq=2)
    said = ItemsStored(agent=v.AGENT, incarnation=7, seqs=tuple(range(1, 99)), at=v.at(0))
    truth = GroundTruth(items_stored=(said,), boxes_revoked=(revoked,))
    node = h.node("a", starts(0), enrolled("s1", 1), *records)
    return nothing_unproved.check(h.history(node, ground_truth=truth, stalls=stalls))


def starts(second):
    record = h.district_started("e", second=second)
    return replace(record, input=replace(record.input, proves_boxes=True))


def enrolled(serial, second):
    given = AgentEnrolled(agent=v.AGENT, how=EnrolledBy.CERTIFICATE, serial=serial, until=v.at(1e9))
    return h.record(given, second=second)


def revoked(second, serial="s1"):
    return h.record(AgentRevoked(agent=v.AGENT, serial=serial), second=second)


def says(second, *commands):
    return h.record(h.batch(1), commands=commands, second=second)


def test_what_a_box_says_until_its_district_looks_is_taken():
    assert judged(says(100 + LOOK_S), revoked(100 + LOOK_S)).holds


@pytest.mark.parametrize(
    "record",
    [says(LATE_S), h.record(AgentPresenceChanged(agent=v.AGENT, online=True), second=LATE_S)],
)
def test_a_district_that_never_looks_breaks_it(record):
    (violation,) = judged(record).violations
    assert "s1 was revoked" in violation


def test_a_district_that_could_not_write_or_starts_looks_then():
    stall = Stall(node="a", since=v.at(101), until=v.at(LATE_S))
    assert judged(says(LATE_S), stalls=(stall,)).holds
    assert judged(starts(LATE_S), says(LATE_S + 1)).holds


def test_seconds_by_which_a_clock_was_stepped_are_none_in_which_it_could_look():
    stepped = h.record(ClockStepped(micros=50 * SECOND_US), second=151)
    assert judged(stepped, says(152)).holds
    assert not judged(stepped, says(50 + LATE_S)).holds


def test_what_waited_for_a_disk_while_time_was_set_is_written_by_the_new_time():
    stall = Stall(node="a", since=v.at(90), until=v.at(140))
    hour = 3_600
    moved = h.record(ClockStepped(micros=hour * SECOND_US), second=hour + 140)
    assert judged(moved, says(hour + 140), revoked(hour + 141), stalls=(stall,)).holds
    late_s = hour + 140 + LOOK_S + GRACE_S + 1
    assert not judged(moved, says(late_s), stalls=(stall,)).holds


def test_what_waited_for_the_journal_may_be_written_and_has_no_effect():
    assert judged(revoked(101), says(102, NOT_BELIEVED)).holds
    (violation,) = judged(revoked(101), says(102, EFFECT)).violations
    assert "is not proved any more" in violation


def test_a_box_that_has_joined_again_is_believed():
    assert judged(revoked(101), enrolled("s2", 110), says(LATE_S, EFFECT)).holds
    assert judged(enrolled("s2", 103), says(LATE_S, EFFECT)).holds, "before the district looked"


def test_of_another_certificate_than_its_own_a_revocation_says_nothing():
    assert not judged(revoked(101, serial="s0"), says(LATE_S)).holds
