"""The crash table of the two-owners protocol, one row per test, on the production cores.

Every row ends the same way: no unit and no slot was ever promised twice, all needs are served,
nothing is left under way.
"""

import pytest
from crash_table import HELPER, ROWS, CrashTable

from citybrain.vocabulary import OrderStage, UnitState


@pytest.mark.parametrize("row", ROWS)
def test_crash_table(row):
    happens, end = ROWS[row]
    table = CrashTable()
    happens(table)
    table.recovery_phase()
    assert table.is_quiet(), (
        table.unserved(),
        [
            (d.order, d.stage, d.unit_owner_stage, d.incident_owner_stage)
            for d in table.city.state.sagas.live.values()
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
