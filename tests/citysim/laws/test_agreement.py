"""City and district converge: on the way what was received is what was sent, at rest all agree."""

from types import SimpleNamespace

import law_histories as h
import law_values as v

from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, OrderStage, SlotState
from citysim.laws.orders import agreement
from district_node.inputs import CityLetterReceived

ORDER = "order-city.c-1"


def judged(*nodes, city, **facts):
    return agreement.check(h.history(*nodes, city=city, **facts))


def test_the_last_letter_that_the_city_has_on_a_thing_is_its_owners():
    district = h.node("a", *[h.record(None, letter) for letter in (v.unit("o-1"), v.unit(None))])
    received = [h.district_letter(v.unit("o-1"), 1), h.district_letter(v.unit(None), 2)]
    report = judged(district, city=h.node("city", *received))
    assert report.holds and report.checked == 1
    assert not judged(
        district, city=h.node("city", received[0], h.district_letter(v.unit("o-9"), 2))
    ).holds
    assert not judged(
        district, city=h.node("city", *received, h.district_letter(v.unit("o-1"), 3))
    ).holds, "more than was sent"
    assert judged(district, city=h.node("city", received[0])).holds, (
        "the second letter is still on its way"
    )


def test_letters_of_a_log_from_before_a_restore_do_not_count():
    district = h.node("a", h.record(None, v.unit(None)), epoch="e2")
    assert judged(
        district, city=h.node("city", h.district_letter(v.unit("o-9"), 1, epoch="e1"))
    ).holds
    assert not judged(
        district, city=h.node("city", h.district_letter(v.unit("o-9"), 1, epoch="e2"))
    ).holds


# at rest


def city_with(*letters, sagas=(), units=None):
    """A city that received all `letters` of district a, with its state and its sagas."""
    known = (
        {letter.unit: letter for letter in letters if hasattr(letter, "unit")}
        if units is None
        else units
    )
    incidents = {letter.incident: letter for letter in letters if hasattr(letter, "slots")}
    live = {
        order: SimpleNamespace(stage="issued", extra=False, past_recall=kept)
        for order, kept in dict(sagas).items()
    }
    state = SimpleNamespace(
        world=SimpleNamespace(units=known, incidents=incidents), sagas=SimpleNamespace(live=live)
    )
    return h.node(
        "city", *[h.district_letter(letter, n) for n, letter in enumerate(letters, 1)], state=state
    )


def at_rest(*letters, city=None, **city_facts):
    district = h.node("a", *[h.record(None, letter) for letter in letters])
    return judged(district, city=city or city_with(*letters, **city_facts), is_final=True)


def waiting(
    order: str = ORDER,
    state: SlotState = SlotState.CONFIRMED,
    stage: IncidentStage = IncidentStage.DISPATCHED,
    extra: int = 0,
):
    return v.incident(stage, slots=(v.slot(state, order=order),), extra=extra)


def test_the_citys_state_is_what_the_owner_reported_last():
    assert at_rest(v.unit(None)).holds
    assert at_rest(v.unit(None), units={}).violations == (
        "u-1 stands at the city otherwise than a reported it last",
    )
    other = city_with(v.unit(None), waiting())
    other = replace(
        other,
        state=replace_world(other.state, incidents={"i-1": waiting(stage=IncidentStage.OPENED)}),
    )
    assert (
        "i-1 stands at the city otherwise"
        in at_rest(v.unit(None), waiting(), city=other).violations[0]
    )


def replace_world(state, **parts):
    return SimpleNamespace(
        world=SimpleNamespace(**{**vars(state.world), **parts}), sagas=state.sagas
    )


def test_the_city_may_have_forgotten_what_has_ended():
    closed = v.incident(IncidentStage.CLOSED)
    empty = city_with(closed)
    assert at_rest(
        closed, city=replace(empty, state=replace_world(empty.state, incidents={}))
    ).holds
    opened = v.incident(IncidentStage.OPENED)
    empty = city_with(opened)
    assert not at_rest(
        opened, city=replace(empty, state=replace_world(empty.state, incidents={}))
    ).holds


def test_a_live_order_has_a_crew_a_slot_and_a_saga():
    assert at_rest(v.unit(ORDER), waiting(), sagas={ORDER: False}).holds
    assert at_rest(v.unit("order-a-1"), waiting("order-a-1")).holds, (
        "the district's own has no saga"
    )


def test_a_crew_without_a_slot_or_a_saga_is_a_violation():
    report = at_rest(v.unit(ORDER), sagas={})
    assert report.violations == (
        f"u-1 is under way with order {ORDER}, and no slot waits for it",
        f"u-1 is under way with order {ORDER}, and the city has no saga of it",
    )
    assert not at_rest(v.unit("order-a-1")).holds


def test_a_slot_that_waits_for_no_unit_is_a_violation():
    report = at_rest(v.unit(None), waiting(), sagas={ORDER: False})
    assert report.violations == (f"slot s-1 waits for order {ORDER}, and no unit has it",)
    assert len(at_rest(v.unit(None), waiting(), sagas={}).violations) == 2


def test_a_saga_without_unit_and_slot_is_a_violation():
    assert at_rest(v.unit(None), sagas={ORDER: False}).violations == (
        f"the city's saga of order {ORDER} is issued, and no unit and no slot has it",
    )


def test_an_extra_order_and_a_crew_past_recall_are_no_violation():
    declared = waiting("order-a-2", extra=1)
    named = waiting(ORDER)
    assert at_rest(
        v.unit(ORDER), named, v.unit("order-a-2", name="u-2"), declared, sagas={ORDER: False}
    ).holds
    assert not at_rest(
        v.unit(ORDER),
        named,
        v.unit("order-a-2", name="u-2"),
        replace(declared, extra=0),
        sagas={ORDER: False},
    ).holds
    cancelled = waiting(ORDER, SlotState.CANCELLED, IncidentStage.HANDLED)
    assert at_rest(v.unit(ORDER), cancelled, sagas={ORDER: False}).holds
    assert at_rest(v.unit(ORDER), v.incident(IncidentStage.OPENED), sagas={ORDER: True}).holds, (
        "the city decided: too late to withdraw"
    )


def test_what_is_under_way_is_no_violation():
    district = h.node("a", h.record(None, v.unit(ORDER)))
    assert judged(district, city=h.node("city")).holds
    report = judged(district, city=h.node("city"), is_final=True)
    assert report.holds and report.inconclusive == 1


def test_progress_of_the_helping_district_reaches_the_incidents_owner():
    letter = v.progress(OrderStage.DONE)
    helper = h.node("b", h.record(None, letter))
    owner = h.node("a", h.record(CityLetterReceived(position=1, letter=letter)))
    city = h.node(
        "city", h.district_letter(letter, 1, v.B), h.record(None, letter, to="district/a")
    )
    assert judged(helper, owner, city=city, is_final=True).holds
    silent_city = h.node("city", h.district_letter(letter, 1, v.B))
    assert judged(helper, h.node("a"), city=silent_city, is_final=True).violations == (
        "a never learned that order o-1 became done",
    )
    assert judged(helper, h.node("a"), city=silent_city).holds, (
        "while things are under way it may still come"
    )
