"""What the terminal shows of the city: words of people as they are."""

from io import StringIO

import pytest
from rich.console import Console

from citybrain.clock import Timestamp
from citybrain.domain.console import CitySnapshot, DistrictSummary, OrderLine
from citybrain.geo import Point
from coordinator.terminal import city_overview

AT = Timestamp(1_750_000_000_000_000)


@pytest.mark.parametrize("word", ["[/red]", "[bold]", "flat [2] of 3"])
def test_names_and_reasons_are_no_markup(word):
    district = DistrictSummary(
        district="riverside",
        name=word,
        centre=Point(lat=30.6, lon=104.0),
        offline=False,
        age_s=0.0,
        incidents=0,
        units=0,
        units_free=0,
    )
    order = OrderLine(
        order="o-1",
        plan="plan-1",
        unit_district="riverside",
        incident_district="riverside",
        unit="riverside-1",
        incident="inc-1",
        saga_stage="issued",
        crew_stage="refused",
        since=AT,
        reason=f"refused: {word}",
    )
    snapshot = CitySnapshot(
        at=AT,
        districts=(district,),
        incidents=(),
        units=(),
        plans=(),
        orders=(order,),
        planner="in-process",
        planner_reason="",
        counts={},
    )
    console = Console(width=200, file=StringIO(), record=True)
    console.print(city_overview(snapshot))
    text = console.export_text()
    assert text.count(word) == 2
