"""A city and its districts, on the production cores, whose stores are put back from backups: shared
by the tests of `citybrain journal restored` and of the laws.
"""

import two_owners

from citybrain.ids import CountingIds
from citybrain.vocabulary import IncidentStage, SlotState

OVER = (IncidentStage.CLOSED, IncidentStage.REJECTED, IncidentStage.MERGED)


class RestoredStoresScenario(two_owners.TwoOwnersScenario):
    """A two-owners run; acknowledged letters are discarded, devices refuse old numbers, and stores
    go back in time."""

    def __init__(self, seed):
        super().__init__(seed)
        self.backups = {}
        self.restores = 0
        self.highest_shown = {}  # unit: the highest assignment number that its crew was shown

    def deliver_up(self, name):
        more = super().deliver_up(name)
        self.districts[name].store.discard_letters(
            to="city", upto=self.city.state.world.districts[name].up_acked
        )
        return more

    def deliver_down(self, name):
        more = super().deliver_down(name)
        self.city.store.discard_letters(
            to=f"district/{name}", upto=self.districts[name].state.city.down_acked
        )
        return more

    def press_button(self, name, *, obedient=False):
        roster = self.districts[name].state.roster
        for order in roster.orders.values():
            if order.stage in two_owners.WITH_CREW:
                assert order.assignment_number >= self.highest_shown.get(order.unit, 0), (
                    f"{order.unit}'s device shows {order.order} as void"
                )
                self.highest_shown[order.unit] = order.assignment_number
        super().press_button(name, obedient=obedient)

    def party(self, name):
        return self.city if name == "city" else self.districts[name]

    def back_up(self, name):
        self.backups[name] = self.party(name).store.backup()

    def restore(self, name):
        """The machine is lost with its disk; the backup is put in its place and marked."""
        party = self.party(name)
        for each in two_owners.PLACES if name == "city" else [name]:
            self.cut(each)
        self.restores += 1
        party.store = self.backups.pop(name).reopen()
        party.store.renew_epoch(ids=CountingIds(f"{name}-back{self.restores}-"))
        party.start()

    def check_laws(self):
        # slots are checked at the end: what a store lost is declared only once it is reported again
        self.check_units()

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
                known = world.units.get(unit.unit)
                if known is None or (known.state, known.order) != (unit.state, unit.order):
                    found.append((name, unit.unit, unit.state))
        return found

    def stuck_slots(self):
        return [
            (slot.slot, slot.state, slot.order)
            for district in self.districts.values()
            for incident in district.state.incidents.values()
            for slot in incident.slots
            if slot.state in (SlotState.CLAIMED, SlotState.CONFIRMED) and incident.stage not in OVER
        ]

    def recover_and_check(self):
        self.recovery_phase(600)
        for name in (*two_owners.PLACES, *two_owners.PLACES):
            self.deliver_all(name)
        under_way = [
            (d.order, d.stage, d.unit_owner_stage, d.incident_owner_stage, d.reason)
            for d in self.city.state.sagas.live.values()
        ]
        assert self.is_quiet(), (self.unserved(), self.stuck_slots(), under_way)
        self.check_slots()
        assert not self.stuck_slots()
        assert not self.disagreements()
