"""The crash table of the two-owners protocol: its scenario and its rows, on the production cores.

A row says which process dies when, what is lost or repeated, which district is islanded for how
long, and the last stage of the first order.
"""

import two_owners
from principals import OPERATOR

from citybrain.domain.console import OperatorAction
from citybrain.vocabulary import OperatorVerb, SlotState
from coordinator.inputs import DistrictLetterReceived
from district_node import inputs as district_inputs

HELPER, NEEDER = "north", "south"  # the unit's owner, the incident's owner


class CrashTable(two_owners.TwoOwnersScenario):
    """A scenario in which every letter is delivered when the row says so."""

    def __init__(self):
        super().__init__(0)
        self.last_up = {}  # district → its letters that were delivered to the city last
        self.last_down = {}  # district → the city's letters that were delivered to it last

    def until_proposing(self):
        for name in two_owners.PLACES:
            self.connect(name)
        self.alarm(NEEDER)
        self.up(NEEDER)
        self.up(HELPER)
        self.plan()
        (self.order,) = self.city.state.sagas.live
        assert self.saga.unit_district == HELPER
        assert self.stage == "proposing"
        return self

    def up(self, name):
        """All of the district's letters reach the city."""
        seen = self.city.state.world.districts[name].up_acked
        self.last_up[name] = self.districts[name].store.letters(to="city", after=seen, limit=1_000)
        self.repeat_up(name)
        return self

    def repeat_up(self, name):
        for letter in self.last_up[name]:
            self.city.submit(
                DistrictLetterReceived(
                    district=name,
                    epoch=self.districts[name].store.epoch(),
                    position=letter.position,
                    letter=two_owners.UP.decode(letter.kind, letter.version, letter.payload),
                )
            )
            self.check_laws()
        return self

    def down(self, name):
        """All of the city's letters reach the district."""
        self.last_down[name] = self.city.store.letters(
            to=f"district/{name}", after=self.districts[name].state.city.down_acked, limit=1_000
        )
        self.repeat_down(name)
        return self

    def repeat_down(self, name):
        for letter in self.last_down[name]:
            value = two_owners.DOWN.decode(letter.kind, letter.version, letter.payload)
            self.districts[name].submit(
                district_inputs.CityLetterReceived(position=letter.position, letter=value)
            )
            self.check_laws()
        return self

    def city_dies(self):
        for name in two_owners.PLACES:
            self.is_up[name] = False
            self.districts[name].submit(
                district_inputs.CityLinkChanged(up=False, reason="the city died")
            )
        self.city.crash()
        for name in two_owners.PLACES:
            self.connect(name)
        return self

    def dies(self, name):
        self.cut(name)
        self.districts[name].crash()
        self.connect(name)
        return self

    def islanded(self, name, seconds):
        self.cut(name)
        self.pass_time(seconds)
        self.connect(name)
        return self

    def pass_time(self, seconds):
        for _ in range(round(seconds)):
            self.clock.advance(1)
            self.fire_timers()
            self.check_laws()
        return self

    def needer_closes(self):
        (incident,) = self.districts[NEEDER].state.incidents.values()
        action = OperatorAction(
            request="close",
            operator="wang",
            incident=incident.incident,
            verb=OperatorVerb.CLOSE,
            reason="seen clear",
            confirmed=True,
        )
        self.districts[NEEDER].submit(
            district_inputs.OperatorActed(action=action, principal=OPERATOR)
        )
        return self

    @property
    def saga(self):
        sagas = self.city.state.sagas
        return sagas.live.get(self.order) or sagas.ended[self.order]

    @property
    def stage(self):
        return str(self.saga.stage)

    def unit_order(self):
        kept = self.districts[HELPER].state.roster.orders.get(self.order)
        return str(kept.stage) if kept is not None else "unknown"

    def slot(self):
        (incident,) = self.districts[NEEDER].state.incidents.values()
        return incident.slots[0]

    # how far the protocol has come when the row begins

    def until_reserved(self):
        self.until_proposing().down(HELPER)
        assert self.unit_order() == "reserved"
        return self

    def until_claimed(self):
        self.until_proposing().down(NEEDER)
        assert self.slot().state is SlotState.CLAIMED
        return self

    def until_committed(self):
        self.until_reserved().up(HELPER).down(NEEDER).up(NEEDER)
        assert self.stage == "committed"
        return self

    def until_issued(self):
        self.until_committed().down(HELPER)
        assert self.unit_order() == "issued"
        return self


ABORTED, DONE, WITHDRAWN = "aborted", "done", "withdrawn"

# row → (what happens, the last stage of the first order)
ROWS = {
    "nothing happens": (lambda t: t.until_issued().up(HELPER).down(NEEDER), DONE),
    "city dies after proposing": (lambda t: t.until_proposing().city_dies(), ABORTED),
    "city dies after proposing, both have promised": (
        lambda t: t.until_reserved().down(NEEDER).city_dies(),
        ABORTED,
    ),
    "city dies after one answer, the unit owner's": (
        lambda t: t.until_reserved().up(HELPER).city_dies(),
        ABORTED,
    ),
    "city dies after one answer, the incident owner's": (
        lambda t: t.until_claimed().up(NEEDER).city_dies(),
        ABORTED,
    ),
    "city dies after both answers, which is committed": (
        lambda t: t.until_committed().city_dies(),
        DONE,
    ),
    "city dies after committed, issue asked twice": (
        lambda t: t.until_committed().city_dies().down(HELPER).up(HELPER),
        DONE,
    ),
    "city dies after issue sent": (lambda t: t.until_issued().city_dies(), DONE),
    "city dies after issue was answered": (lambda t: t.until_issued().up(HELPER).city_dies(), DONE),
    "unit's owner dies before reserved": (lambda t: t.until_proposing().dies(HELPER), DONE),
    "unit's owner dies after reserved": (lambda t: t.until_reserved().dies(HELPER), DONE),
    "unit's owner dies before issued": (lambda t: t.until_committed().dies(HELPER), DONE),
    "unit's owner dies after issued": (lambda t: t.until_issued().dies(HELPER), DONE),
    "incident's owner dies before claimed": (lambda t: t.until_proposing().dies(NEEDER), DONE),
    "incident's owner dies after claimed": (lambda t: t.until_claimed().dies(NEEDER), DONE),
    "incident's owner dies before claim_confirmed": (
        lambda t: t.until_committed().dies(NEEDER),
        DONE,
    ),
    "incident's owner dies after claim_confirmed": (
        lambda t: t.until_committed().down(NEEDER).dies(NEEDER),
        DONE,
    ),
    "reserved is lost and repeated": (lambda t: t.until_reserved().islanded(HELPER, 1), DONE),
    "claimed is lost and repeated": (lambda t: t.until_claimed().islanded(NEEDER, 1), DONE),
    "issued is lost and repeated": (lambda t: t.until_issued().islanded(HELPER, 1), DONE),
    "claim_confirmed's answer is lost and repeated": (
        lambda t: t.until_committed().down(NEEDER).islanded(NEEDER, 1),
        DONE,
    ),
    "reserved is lost for longer than the city waits": (
        lambda t: t.until_reserved().islanded(HELPER, 7),
        ABORTED,
    ),
    "claimed is lost for longer than the city waits": (
        lambda t: t.until_claimed().islanded(NEEDER, 7),
        ABORTED,
    ),
    "reserve and its answer are repeated": (
        lambda t: t.until_reserved().repeat_down(HELPER).up(HELPER).repeat_up(HELPER),
        DONE,
    ),
    "claim and its answer are repeated": (
        lambda t: t.until_claimed().repeat_down(NEEDER).up(NEEDER).repeat_up(NEEDER),
        DONE,
    ),
    "issue and its answer are repeated": (
        lambda t: t.until_issued().repeat_down(HELPER).up(HELPER).repeat_up(HELPER),
        DONE,
    ),
    "claim_confirmed and its answer are repeated": (
        lambda t: t.until_committed().down(NEEDER).repeat_down(NEEDER).up(NEEDER).repeat_up(NEEDER),
        DONE,
    ),
    "unit's owner islanded between reserved and issue, less than the ttl": (
        lambda t: t.until_committed().islanded(HELPER, 4),
        DONE,
    ),
    "unit's owner islanded between reserved and issue, longer than the ttl": (
        lambda t: t.until_committed().islanded(HELPER, 12),
        WITHDRAWN,
    ),
    "unit's owner islanded past every deadline of the city": (
        lambda t: t.until_committed().islanded(HELPER, 60),
        WITHDRAWN,
    ),
    "incident's owner islanded past the claim's ttl": (
        lambda t: t.until_issued().up(HELPER).islanded(NEEDER, 15),
        DONE,
    ),
    "incident closed between claimed and committed": (
        lambda t: t.until_claimed().needer_closes().up(NEEDER),
        ABORTED,
    ),
    "incident closed between committed and issued": (
        lambda t: t.until_committed().needer_closes().up(NEEDER),
        WITHDRAWN,
    ),
    "incident closed when the crew has the order": (
        lambda t: t.until_issued().up(HELPER).needer_closes().up(NEEDER),
        WITHDRAWN,
    ),
}
