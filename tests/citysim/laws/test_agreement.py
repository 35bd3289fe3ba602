"""City and district converge: on the way what was heard is what was said, at rest everybody holds the same."""

from dataclasses import replace
from types import SimpleNamespace

import citysim_story as s

from citybrain.vocabulary import IncidentStage, OrderStage, SlotState
from citysim.laws.orders import agreement
from district_node.inputs import CityLetterReceived

ORDER = "order-city.c-1"


def judged(*nodes, city, **facts):
    return agreement.check(s.history(*nodes, city=city, **facts))


def test_the_citys_last_word_on_a_thing_is_its_owners():
    district = s.node("a", *[s.step(None, letter) for letter in (s.unit("o-1"), s.unit(None))])
    heard = [s.heard(s.unit("o-1"), 1), s.heard(s.unit(None), 2)]
    report = judged(district, city=s.node("city", *heard))
    assert report.kept and report.checked == 1
    assert not judged(district, city=s.node("city", heard[0], s.heard(s.unit("o-9"), 2))).kept
    assert not judged(district, city=s.node("city", *heard, s.heard(s.unit("o-1"), 3))).kept, (
        "more than was said"
    )
    assert judged(district, city=s.node("city", heard[0])).kept, (
        "the second word is still on its way"
    )


def test_words_of_a_life_that_is_gone_do_not_count():
    district = s.node("a", s.step(None, s.unit(None)), epoch="e2")
    assert judged(district, city=s.node("city", s.heard(s.unit("o-9"), 1, epoch="e1"))).kept
    assert not judged(district, city=s.node("city", s.heard(s.unit("o-9"), 1, epoch="e2"))).kept


# at rest


def believes(*letters, drives=(), units=None):
    """A city that heard all `letters` of district a, with what it then believes and drives."""
    known = (
        {letter.unit: letter for letter in letters if hasattr(letter, "unit")}
        if units is None
        else units
    )
    incidents = {letter.incident: letter for letter in letters if hasattr(letter, "slots")}
    live = {
        order: SimpleNamespace(stage="issued", extra=False, kept=kept)
        for order, kept in dict(drives).items()
    }
    state = SimpleNamespace(
        world=SimpleNamespace(units=known, incidents=incidents), drives=SimpleNamespace(live=live)
    )
    return s.node("city", *[s.heard(letter, n) for n, letter in enumerate(letters, 1)], state=state)


def at_rest(*letters, city=None, **city_facts):
    district = s.node("a", *[s.step(None, letter) for letter in letters])
    return judged(district, city=city or believes(*letters, **city_facts), is_final=True)


def waiting(
    order: str = ORDER,
    state: SlotState = SlotState.CONFIRMED,
    stage: IncidentStage = IncidentStage.DISPATCHED,
    extra: int = 0,
):
    return s.incident(stage, slots=(s.slot(state, order=order),), extra=extra)


def test_what_the_city_believes_is_what_the_owner_said_last():
    assert at_rest(s.unit(None)).kept
    assert at_rest(s.unit(None), units={}).broken == (
        "u-1 stands at the city otherwise than a told it last",
    )
    other = believes(s.unit(None), waiting())
    other = replace(
        other,
        state=replace_world(other.state, incidents={"i-1": waiting(stage=IncidentStage.OPENED)}),
    )
    assert (
        "i-1 stands at the city otherwise" in at_rest(s.unit(None), waiting(), city=other).broken[0]
    )


def replace_world(state, **parts):
    return SimpleNamespace(
        world=SimpleNamespace(**{**vars(state.world), **parts}), drives=state.drives
    )


def test_what_is_over_the_city_may_have_forgotten():
    closed = s.incident(IncidentStage.CLOSED)
    empty = believes(closed)
    assert at_rest(closed, city=replace(empty, state=replace_world(empty.state, incidents={}))).kept
    opened = s.incident(IncidentStage.OPENED)
    empty = believes(opened)
    assert not at_rest(
        opened, city=replace(empty, state=replace_world(empty.state, incidents={}))
    ).kept


def test_a_live_order_has_a_crew_a_slot_and_a_drive():
    assert at_rest(s.unit(ORDER), waiting(), drives={ORDER: False}).kept
    assert at_rest(s.unit("order-a-1"), waiting("order-a-1")).kept, (
        "the district's own has no drive"
    )


def test_a_crew_without_a_slot_or_a_drive_is_a_break():
    report = at_rest(s.unit(ORDER), drives={})
    assert report.broken == (
        f"u-1 is under way with order {ORDER}, and no slot waits for it",
        f"u-1 is under way with order {ORDER}, and the city does not drive it",
    )
    assert not at_rest(s.unit("order-a-1")).kept


def test_a_slot_that_waits_for_nobody_is_a_break():
    report = at_rest(s.unit(None), waiting(), drives={ORDER: False})
    assert report.broken == (f"slot s-1 waits for order {ORDER}, and no unit has it",)
    assert len(at_rest(s.unit(None), waiting(), drives={}).broken) == 2


def test_a_drive_of_nothing_is_a_break():
    assert at_rest(s.unit(None), drives={ORDER: False}).broken == (
        f"the city drives order {ORDER} (issued), and neither a unit nor a slot has it",
    )


def test_a_surplus_and_a_crew_that_could_not_be_called_back_are_no_break():
    declared = waiting("order-a-2", extra=1)
    named = waiting(ORDER)
    assert at_rest(
        s.unit(ORDER), named, s.unit("order-a-2", name="u-2"), declared, drives={ORDER: False}
    ).kept
    assert not at_rest(
        s.unit(ORDER),
        named,
        s.unit("order-a-2", name="u-2"),
        replace(declared, extra=0),
        drives={ORDER: False},
    ).kept
    cancelled = waiting(ORDER, SlotState.CANCELLED, IncidentStage.HANDLED)
    assert at_rest(s.unit(ORDER), cancelled, drives={ORDER: False}).kept
    assert at_rest(s.unit(ORDER), s.incident(IncidentStage.OPENED), drives={ORDER: True}).kept, (
        "the city knows: too late to withdraw"
    )


def test_mid_way_and_while_something_is_under_way_nobody_is_accused_of_it():
    district = s.node("a", s.step(None, s.unit(ORDER)))
    assert judged(district, city=s.node("city")).kept
    report = judged(district, city=s.node("city"), is_final=True)
    assert report.kept and report.unjudged == 1


def test_what_the_helping_district_told_reaches_the_incidents_owner():
    told = s.progress(OrderStage.DONE)
    helper = s.node("b", s.step(None, told))
    knows = s.node("a", s.step(CityLetterReceived(position=1, progress=told)))
    city = s.node("city", s.heard(told, 1, s.B), s.step(None, told, to="district/a"))
    assert judged(helper, knows, city=city, is_final=True).kept
    deaf = s.node("city", s.heard(told, 1, s.B))
    assert judged(helper, s.node("a"), city=deaf, is_final=True).broken == (
        "a never learned that order o-1 became done",
    )
    assert judged(helper, s.node("a"), city=deaf).kept, (
        "while things are under way it may still come"
    )
