"""Case numbers: one each, counted a day by the district's calendar, never given twice."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import SECOND_US, Timestamp
from citybrain.decider.command import DecisionContext
from citybrain.structs import replace
from district_node.cores.decide import decide
from district_node.cores.numbering.case_numbers import CaseNumbers, after_restore, next_number
from district_node.cores.state import EMPTY
from district_node.inputs import NodeStarted

SETUP = replace(EMPTY.setup, district="riverside")
HOUR_S = 3600


def at(text: str) -> Timestamp:
    return Timestamp(int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND_US)


def numbers_at(*times: str, numbers: CaseNumbers | None = None, setup=SETUP) -> list[str]:
    found, numbers = [], numbers or CaseNumbers()
    for time in times:
        numbers, number = next_number(numbers, setup, at(time))
        found.append(number)
    return found


def test_cases_are_counted_anew_each_day():
    given_ = numbers_at("2026-11-30T00:00", "2026-11-30T23:59", "2026-12-01T00:00")
    assert given_ == ["R-1130-01", "R-1130-02", "R-1201-01"]


def test_a_day_begins_at_midnight_of_the_districts_own_zone():
    chengdu = CaseNumbers(utc_offset_s=8 * HOUR_S)
    given_ = numbers_at("2026-11-30T15:59", "2026-11-30T16:00", numbers=chengdu)
    assert given_ == ["R-1130-01", "R-1201-01"]


def test_the_configured_letters_begin_the_number():
    assert numbers_at("2026-11-30T12:00", setup=replace(SETUP, code="RS")) == ["RS-1130-01"]


def test_node_time_that_goes_back_over_midnight_gives_no_number_again():
    days = ("2026-11-30", "2026-12-01")
    given_ = numbers_at(*(f"{days[step % 2]}T01:{step:02d}" for step in range(20)))
    assert len(set(given_)) == len(given_)


@given(
    lost=st.integers(0, 500),
    seconds=st.lists(st.integers(1, HOUR_S), min_size=2, max_size=5),
    after=st.integers(1, 9),
)
def test_a_backup_put_back_again_and_again_gives_no_number_twice(lost, seconds, after):
    """What was given since the backup is not remembered, whichever restore gave it."""
    now = at("2026-11-30T00:00")
    numbers = backup = CaseNumbers()
    every: list[str] = []
    for _ in range(lost):
        numbers, number = next_number(numbers, SETUP, now)
        every.append(number)
    for step in seconds:
        now = Timestamp(now + step * SECOND_US)
        numbers = after_restore(backup, now)
        for _ in range(after):
            numbers, number = next_number(numbers, SETUP, now)
            every.append(number)
    assert len(set(every)) == len(every)


def test_the_incident_its_report_and_its_crews_order_carry_one_number(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    number = scenario.incident().number
    assert number == "R-0615-01"  # of the scenario's first day
    assert scenario.order_of("riverside-1").task.number == number
    scenario.send_event(episode="e2", source="cam-9", place=scenario.near(5_000))
    assert {one.number for one in scenario.state.incidents.values()} == {number, "R-0615-02"}
    scenario.crash()


def test_a_restored_store_gives_numbers_that_it_never_gave(scenario):
    scenario.start()
    scenario.submit(NodeStarted(setup=scenario.state.setup, epoch="first"))
    scenario.send_event()
    scenario.submit(NodeStarted(setup=scenario.state.setup, epoch="put back"))
    scenario.send_event(episode="e2", place=scenario.near(5_000), source="cam-9", agent="box-2")
    first, second = sorted(scenario.state.incidents.values(), key=lambda one: one.reported_at)
    assert first.number == "R-0615-01"
    assert int(second.number.rpartition("-")[2]) > 10_000


def test_incidents_of_a_version_without_numbers_get_theirs_at_the_start(scenario):
    scenario.start()
    scenario.send_event()
    old = replace(scenario.incident(), number="")
    state = scenario.state
    state = replace(state, incidents=state.incidents.put(old.incident, old))
    context = DecisionContext(at=scenario.clock.now(), seq=99)
    numbered, _ = decide(state, NodeStarted(setup=state.setup), context)
    assert numbered.incidents[old.incident].number
