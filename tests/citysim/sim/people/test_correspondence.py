"""Who writes to crews of other districts in a simulated city, and what crews make of it."""

from types import SimpleNamespace

from citybrain.clock import Timestamp, later
from citybrain.domain.crew import CrewMessage
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, OperatorVerb, OrderStage, SlotState
from citysim.sim.people.correspondence import READ_AFTER_S, said_now, written_now

T0 = Timestamp(1_750_000_000_000_000)
CASES = range(200)  # some of them are among the share
IN_TIME = later(T0, READ_AFTER_S[1] + 1)


def screen(*, own=(), state=SlotState.CONFIRMED, stage=OrderStage.EN_ROUTE, kept=()):
    """Cases with a crew each."""
    incidents = {
        f"i-{n}": SimpleNamespace(
            incident=f"i-{n}",
            number="",
            stage=IncidentStage.DISPATCHED,
            slots=(SimpleNamespace(unit=f"u-{n}", order=f"o-{n}", state=state, order_stage=stage),),
        )
        for n in CASES
    }
    return SimpleNamespace(
        incidents=incidents, roster=SimpleNamespace(units=set(own)), messages=dict(kept)
    )


def message(number, **known):
    return CrewMessage(
        unit="u-1",
        incident="i-1",
        at=T0,
        actor="Li Na",
        text="use gate 1",
        order=f"o-{number}",
        **({"message": f"m-{number}", "district": "oldtown"} | known),
    )


def written(state):
    return [action.unit for action in written_now("operator", state)]


def test_a_share_of_the_crews_of_other_districts_is_written_to_and_always_the_same():
    units = written(screen())
    assert 0 < len(units) < len(CASES) / 2
    assert written(screen()) == units
    assert all(one.verb is OperatorVerb.MESSAGE for one in written_now("operator", screen()))


def test_nobody_writes_so_to_own_crews_or_where_no_crew_comes_any_more():
    assert written(screen(own=[f"u-{n}" for n in CASES])) == []
    assert written(screen(stage=OrderStage.DONE)) == []
    assert written(screen(state=SlotState.CLAIMED)) == []


def test_some_get_a_second_message_and_none_a_third():
    def after(count):
        kept = [
            (f"u-{n}", tuple(message(n, message=f"m-{n}-{m}") for m in range(count))) for n in CASES
        ]
        return written(screen(kept=kept))

    assert 0 < len(after(1)) < len(written(screen()))
    assert after(2) == []


def said(messages, at=IN_TIME):
    return list(said_now(SimpleNamespace(messages=messages), at))


def test_crews_read_some_answer_some_and_leave_some_unread():
    replies = said([message(n) for n in CASES])
    answered = [one for one in replies if one.text]
    assert 0 < len(answered) < len(replies) < len(CASES)


def test_not_at_once_and_each_thing_once():
    messages = [message(n) for n in CASES]
    assert said(messages, T0) == []
    named = {one.message: one for one in messages}
    for one in said(messages):
        done = replace(named[one.message], read_at=T0, replies=(one,) if one.text else ())
        assert said([done]) == []


def test_what_their_own_district_wrote_is_not_theirs_to_answer():
    assert said([message(n, district="") for n in CASES]) == []
