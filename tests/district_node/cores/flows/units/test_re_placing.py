"""A unit that is on its way fills another place of its case, where that lets a further one come."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citybrain.localized_name import LocalizedName
from citybrain.vocabulary import CrewAction, IncidentKind, OrderStage, Severity, SlotState
from district_node.playbook import ClosingRule, NeedRule, Playbook

SKILLS = ("ladder", "patrol", "pump")


def flood(scenario):
    """A case that needs a pump and a patrol."""
    return scenario.send_event(incident_kind="waterlogging", severity=Severity.SEVERE)


def far_case(scenario):
    """Keeps a patrol busy, elsewhere; its name."""
    before = set(scenario.state.incidents)
    scenario.send_event(
        source="cam-2", episode="far", place=scenario.near(3000), agent="box-2", rule="far"
    )
    (name,) = set(scenario.state.incidents) - before
    return name


def placed(scenario, name):
    slots = scenario.state.incidents[name].slots
    return {s.capability: s.unit for s in slots if s.state is SlotState.CONFIRMED}


def with_busy_patrol(scenario):
    """The pump crew alone came to the flood, on the patrol place since its pump place was taken by
    a pump that then could not; the patrol is elsewhere. The flood's name.
    """
    scenario.start(
        scenario.a_unit("tanker", "pump", metres=100),
        scenario.a_unit("rescue", "pump", "patrol", metres=200),
        scenario.a_unit("patrol", "patrol", metres=3000),
    )
    elsewhere = far_case(scenario)
    assert placed(scenario, elsewhere) == {"patrol": "patrol"}
    flood(scenario)
    (name,) = set(scenario.state.incidents) - {elsewhere}
    assert placed(scenario, name) == {"pump": "tanker", "patrol": "rescue"}
    scenario.press("tanker", CrewAction.CANNOT, reason="flat tyre")
    return name


def test_the_only_unit_with_a_rare_capability_fills_the_place_that_needs_it(scenario):
    scenario.start(
        scenario.a_unit("rescue", "pump", "patrol"),
        scenario.a_unit("patrol", "patrol", metres=3000),
    )
    elsewhere = far_case(scenario)
    flood(scenario)
    (name,) = set(scenario.state.incidents) - {elsewhere}
    assert placed(scenario, name) == {"pump": "rescue"}
    (open_slot,) = [s for s in scenario.state.incidents[name].slots if s.order is None]
    assert (open_slot.capability, open_slot.from_city) == ("patrol", True)


def test_a_patrol_that_becomes_free_lets_the_pump_crew_fill_the_pump_place(scenario):
    name = with_busy_patrol(scenario)
    assert placed(scenario, name) == {"patrol": "rescue"}
    order, number = scenario.order_of("rescue"), scenario.unit("rescue").assignment_number
    scenario.press("rescue", CrewAction.ACCEPT)
    scenario.work_through("patrol")
    assert placed(scenario, name) == {"pump": "rescue", "patrol": "patrol"}
    after = scenario.order_of("rescue")
    assert (after.order, after.assignment_number) == (order.order, number), "its order goes on"
    pump = next(s for s in scenario.state.incidents[name].slots if s.capability == "pump")
    assert (after.task.slot, after.task.slot_version) == (pump.slot, pump.version)
    assert pump.order_stage is OrderStage.ACCEPTED
    lines = [x for x in scenario.state.incidents[name].history if x.code == "re_placed"]
    assert [(line.actor, line.reason) for line in lines] == [("rescue", "pump")]
    scenario.assert_one_live_order_a_unit()
    scenario.assert_slots_have_one_live_order()


def test_a_crew_that_has_arrived_keeps_its_place(scenario):
    name = with_busy_patrol(scenario)
    for action in (CrewAction.ACCEPT, CrewAction.ARRIVE):
        scenario.press("rescue", action)
    scenario.work_through("patrol")
    assert placed(scenario, name) == {"patrol": "rescue"}


def test_what_a_moved_crew_does_counts_for_its_new_place(scenario):
    name = with_busy_patrol(scenario)
    scenario.work_through("patrol")
    scenario.work_through("rescue")
    states = {s.capability: s.state for s in scenario.state.incidents[name].slots}
    assert states == {"pump": SlotState.SERVED, "patrol": SlotState.CONFIRMED}


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    needs=st.lists(st.sampled_from(SKILLS), min_size=1, max_size=4),
    skills=st.lists(
        st.lists(st.sampled_from(SKILLS), min_size=1, max_size=3, unique=True),
        min_size=1,
        max_size=4,
    ),
    arrivals=st.permutations(range(4)),
)
def test_in_whatever_order_units_become_free_every_place_is_filled_that_could_be(
    new_scenario, needs, skills, arrivals
):
    """Each unit is busy elsewhere first, and comes free one by one."""
    scenario = new_scenario()
    flood_book = _playbook("flood", tuple(NeedRule(capability=c) for c in needs))
    away_book = _playbook("away", (NeedRule(capability="duty"),) * len(skills))
    units = [
        scenario.a_unit(f"unit-{n}", "duty", *some, metres=300 + n) for n, some in enumerate(skills)
    ]
    scenario.start(*units, playbooks=(away_book, flood_book), city=False)
    scenario.send_event(incident_kind="away")
    scenario.send_event(incident_kind="flood", source="cam-2", rule="flood", episode="e2")
    name = next(i.incident for i in scenario.state.incidents.values() if i.kind == "flood")
    free = []
    for number in (n for n in arrivals if n < len(skills)):
        scenario.work_through(f"unit-{number}")
        free.append(skills[number])
        assert len(placed_units(scenario, name)) == most_filled(needs, free)
        scenario.assert_one_live_order_a_unit()
        scenario.assert_slots_have_one_live_order()


def placed_units(scenario, name):
    return [s.unit for s in scenario.state.incidents[name].slots if s.unit is not None]


def most_filled(needs, units):
    """By brute force: how many of the needs the units can fill at most."""
    if not units:
        return 0
    first, *rest = units
    best = most_filled(needs, rest)
    for place, need in enumerate(needs):
        if need in first:
            best = max(best, 1 + most_filled(needs[:place] + needs[place + 1 :], rest))
    return best


def _playbook(kind, needs):
    return Playbook(
        kind=IncidentKind(kind),
        title=LocalizedName(en=kind, zh=kind),
        needs=needs,
        closes=ClosingRule(quiet_s=5.0),
    )
