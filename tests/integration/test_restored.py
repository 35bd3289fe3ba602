"""A store is put back from a backup (`citybrain journal restored`): both production cores tell each other what they hold, and each object's owner wins."""

import importlib.util
from pathlib import Path

import pytest

from citybrain.decider.decider import Decider
from citybrain.ids import CountingIds
from citybrain.vocabulary import IncidentStage, SlotState

_SPEC = importlib.util.spec_from_file_location(
    "two_owners_story", Path(__file__).with_name("test_two_owners.py")
)
told = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(told)

OVER = (IncidentStage.CLOSED, IncidentStage.REJECTED, IncidentStage.MERGED)


class Story(told.Story):
    """As in `test_two_owners`; what was acknowledged is forgotten, devices refuse old numbers, and stores go back in time."""

    def __init__(self, seed):
        super().__init__(seed)
        self.backups = {}
        self.restores = 0
        self.device = {}  # unit: the highest assignment number that its crew was shown

    def deliver_up(self, name):
        more = super().deliver_up(name)
        self.districts[name].store.discard_letters(
            to="city", upto=self.city.state.world.districts[name].up_acked
        )
        return more

    def deliver_down(self, name):
        more = super().deliver_down(name)
        self.city.store.discard_letters(
            to=f"district/{name}", upto=self.districts[name].state.city.seen
        )
        return more

    def press(self, name, *, obedient=False):
        roster = self.districts[name].state.roster
        for order in roster.orders.values():
            if order.stage in told.WITH_CREW:
                assert order.assignment >= self.device.get(order.unit, 0), (
                    f"{order.unit}'s device shows {order.order} as void"
                )
                self.device[order.unit] = order.assignment
        super().press(name, obedient=obedient)

    def party(self, name):
        return self.city if name == "city" else self.districts[name]

    def back_up(self, name):
        self.backups[name] = self.party(name).store.backup()

    def restore(self, name):
        """The machine is lost with its disk; the backup is put in its place and marked."""
        party = self.party(name)
        for each in PLACES if name == "city" else [name]:
            self.cut(each)
        self.restores += 1
        party.store = self.backups.pop(name).reopen()
        party.store.renew_epoch(ids=CountingIds(f"{name}-back{self.restores}-"))
        party.decider = Decider(
            decide=party._decide, initial=party._empty, store=party.store, kinds=party._kinds
        )
        party.give(party._started(party.store))

    def check_laws(self):
        self.check_units()  # of slots at the end: what was forgotten is not declared before it is told again

    def disagreements(self):
        """What the city holds otherwise than the owner."""
        found = []
        world = self.city.state.world
        for name, district in self.districts.items():
            own = {i.incident: i for i in district.state.incidents.values()}
            for report in world.incidents.values():
                if report.district == name and report.stage not in OVER:
                    mine = own.get(report.incident)
                    if (
                        mine is None
                        or mine.stage != report.stage
                        or [s.state for s in mine.slots] != [s.state for s in report.slots]
                    ):
                        found.append((name, report.incident, report.stage))
            open_here = [i.incident for i in own.values() if i.stage not in OVER]
            found += [
                (name, incident, "unknown to the city")
                for incident in open_here
                if incident not in world.incidents
            ]
            for unit in district.state.roster.units.values():
                heard = world.units.get(unit.unit)
                if heard is None or (heard.state, heard.order) != (unit.state, unit.order):
                    found.append((name, unit.unit, unit.state))
        return found

    def stuck(self):
        return [
            (slot.slot, slot.state, slot.order)
            for district in self.districts.values()
            for incident in district.state.incidents.values()
            for slot in incident.slots
            if slot.state in (SlotState.CLAIMED, SlotState.CONFIRMED) and incident.stage not in OVER
        ]

    def healed(self):
        self.calm(600)
        for name in (*PLACES, *PLACES):
            self.deliver_all(name)
        under_way = [
            (d.order, d.stage, d.unit_side, d.slot_side, d.reason)
            for d in self.city.state.drives.live.values()
        ]
        assert self.is_quiet(), (self.unserved(), self.stuck(), under_way)
        self.check_slots()
        assert not self.stuck()
        assert not self.disagreements()


PLACES = told.PLACES


@pytest.mark.parametrize("who", ["city", "north", "south"])
@pytest.mark.parametrize("seed", range(12))
def test_after_a_store_went_back_in_time_the_owners_agree_again_and_all_is_served(who, seed):
    story = Story(seed)
    story.storm(80 + 10 * (seed % 4))
    story.back_up(who)
    story.storm_on(20 + 25 * (seed % 5))
    story.restore(who)
    story.storm_on(40)
    story.healed()


@pytest.mark.parametrize("seed", range(6))
def test_stores_that_went_back_one_after_the_other_agree_too(seed):
    story = Story(100 + seed)
    story.storm(80)
    for who in ("city", "south", "north"):
        story.back_up(who)
    story.storm_on(60)
    for who in story.rng.sample(["city", "south", "north"], 3):
        story.restore(who)
        story.storm_on(20)
    story.healed()
