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
