"""What the terminal shows of the city: words of people as they are."""

from io import StringIO

import pytest
from rich.console import Console

from citybrain.api.methods import CITY
from citybrain.clock import Timestamp
from coordinator.terminal import districts_table, orders_table

AT = Timestamp(1_750_000_000_000_000)


def rows(method, of, **fields):
    """Rows of the public API as a client gets them."""
    reply = CITY.methods[method].reply()
    getattr(reply, of).add(**fields)
    return list(getattr(reply, of))


@pytest.mark.parametrize("word", ["[/red]", "[bold]", "flat [2] of 3"])
def test_names_and_reasons_are_no_markup(word):
    console = Console(width=200, file=StringIO(), record=True)
    console.print(districts_table(rows("ListDistricts", "districts", name=word), AT))
    console.print(orders_table(rows("ListOrders", "orders", reason=f"refused: {word}"), AT))
    assert console.export_text().count(word) == 2


def shown(**fields):
    console = Console(width=200, file=StringIO(), record=True)
    console.print(districts_table(rows("ListDistricts", "districts", name="North", **fields), AT))
    return console.export_text()


def test_a_district_says_how_many_cameras_see_nothing_and_how_many_boxes_are_offline():
    sources = {"cameras": 12, "cameras_blind": 2, "cameras_unknown": 4}
    text = shown(online=True, sources={**sources, "agents": 5, "agents_offline": 1})
    assert "12: 2 blind, 4 unknown" in text
    assert "5: 1 offline" in text


def test_a_district_that_said_nothing_of_its_cameras_has_none_to_count():
    assert "not reported" in shown(online=True)
