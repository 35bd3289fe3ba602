"""The crash table of the two-owners protocol, a row a test: who dies when, what is lost or repeated, who is islanded for how long. On the production cores.

Every row ends the same way: no unit and no slot was ever promised twice, all that was asked for is served, nothing is left under way. What became of the
first order stands in the row.
"""

import importlib.util
from pathlib import Path

import pytest

from citybrain import canonical_json
from citybrain.domain.console import OperatorAction
from citybrain.vocabulary import OperatorVerb, OrderStage, SlotState, UnitState
from coordinator.inputs import said
from district_node import inputs as district_inputs

_SPEC = importlib.util.spec_from_file_location(
    "two_owners_told", Path(__file__).with_name("test_two_owners.py")
)
told = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(told)

HELPER, NEEDER = "north", "south"  # the unit's owner, the incident's owner


class SortedMap(told.Story):
    """A story told step by step: every letter is delivered when the row says so."""

    def __init__(self):
        super().__init__(0)
        self.heard = {}  # district: its letters that the city was given last
        self.got = {}  # district: the city's letters that it was given last

    def until_proposing(self):
        for name in told.PLACES:
            self.connect(name)
        self.alarm(NEEDER)
        self.up(NEEDER)
        self.up(HELPER)
        self.plan()
        (self.order,) = self.city.state.drives.live
        assert self.drive.unit_district == HELPER
        assert self.stage == "proposing"
        return self

    def up(self, name):
        """All of the district's letters reach the city."""
        seen = self.city.state.world.districts[name].up_acked
        self.heard[name] = self.districts[name].store.letters(to="city", after=seen, limit=1_000)
        self.repeat_up(name)
        return self

    def repeat_up(self, name):
        for letter in self.heard[name]:
            self.city.give(
                said(
                    name,
                    self.districts[name].store.epoch(),
                    letter.position,
                    canonical_json.decode(letter.payload, told.UP[letter.kind]),
                )
            )
            self.check_laws()
        return self

    def down(self, name):
        """All of the city's letters reach the district."""
        self.got[name] = self.city.store.letters(
            to=f"district/{name}", after=self.districts[name].state.city.seen, limit=1_000
        )
        self.repeat_down(name)
        return self

    def repeat_down(self, name):
        for letter in self.got[name]:
            value = canonical_json.decode(letter.payload, told.DOWN[letter.kind])
            field = "request" if isinstance(value, told.OrderRequest) else "progress"
            self.districts[name].give(
                district_inputs.CityLetterReceived(position=letter.position, **{field: value})
            )
            self.check_laws()
        return self

    def city_dies(self):
        for name in told.PLACES:
            self.is_up[name] = False
            self.districts[name].give(
                district_inputs.CityLinkChanged(up=False, reason="the city died")
            )
        self.city.crash()
        for name in told.PLACES:
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
            self.fire()
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
        )
        self.districts[NEEDER].give(district_inputs.OperatorActed(action=action))
        return self

    @property
    def drive(self):
        drives = self.city.state.drives
        return drives.live.get(self.order) or drives.ended[self.order]

    @property
    def stage(self):
        return str(self.drive.stage)

    def unit_order(self):
        kept = self.districts[HELPER].state.roster.orders.get(self.order)
        return str(kept.stage) if kept is not None else "unknown"

    def slot(self):
        (incident,) = self.districts[NEEDER].state.incidents.values()
        return incident.slots[0]

    # how far a row lets things go

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

# row: (what happens, what becomes of the first order)
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
    "incident's owner dies before coming": (lambda t: t.until_committed().dies(NEEDER), DONE),
    "incident's owner dies after coming": (
        lambda t: t.until_committed().down(NEEDER).dies(NEEDER),
        DONE,
    ),
    "reserved is lost and comes again": (lambda t: t.until_reserved().islanded(HELPER, 1), DONE),
    "claimed is lost and comes again": (lambda t: t.until_claimed().islanded(NEEDER, 1), DONE),
    "issued is lost and comes again": (lambda t: t.until_issued().islanded(HELPER, 1), DONE),
    "coming's answer is lost and comes again": (
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
    "coming and its answer are repeated": (
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


@pytest.mark.parametrize("row", ROWS)
def test_crash_table(row):
    happens, end = ROWS[row]
    table = SortedMap()
    happens(table)
    table.calm()
    assert table.is_quiet(), (
        table.unserved(),
        [
            (d.order, d.stage, d.unit_side, d.slot_side)
            for d in table.city.state.drives.live.values()
        ],
    )
    assert table.stage == end
    assert all(
        unit.state is UnitState.AVAILABLE
        for unit in table.districts[HELPER].state.roster.units.values()
    )
    has_worked = OrderStage.DONE in {
        order.stage
        for district in table.districts.values()
        for order in district.state.roster.orders.values()
    }
    assert has_worked is not row.startswith("incident closed")
