"""`citybrain district series`: what one source counts or reads. Thin."""

from typing import Annotated

import typer

from district_node.cli.options import ADDRESS, AddressOption


def series(
    source: Annotated[
        str, typer.Argument(help="A camera's or sensor's name, or its id: BOX/SOURCE.")
    ],
    hours: Annotated[
        float, typer.Option("--hours", "-n", min=0.02, max=48.0, help="How far back.")
    ] = 1.0,
    address: AddressOption = ADDRESS,
    as_json: Annotated[bool, typer.Option("--json", help="All points as JSON.")] = False,
) -> None:
    """What a camera counts or a sensor reads, a point a minute, as a picture in the terminal.

    A minute in which nobody looked is a gap, not a zero.

    Example:  citybrain district series "Mill Bridge" --hours 6
    """
    from rich.console import Console

    from citybrain.api.client.series import series_of
    from citybrain.api.json_text import json_of
    from citybrain.api.methods import DISTRICT
    from citybrain.api.resources.elements import time_message
    from citybrain.cli.identity.connection import connect
    from citybrain.clock import SECOND_US, Timestamp
    from citybrain.system_clock import SystemClock
    from district_node.terminal.called_units import source_id
    from district_node.terminal.series_view import series_table

    now = SystemClock().now()
    since = Timestamp(now - round(hours * 3_600 * SECOND_US))
    with connect(address, DISTRICT) as client:
        named, name = source_id(client, source)
        found = client.call("GetSeries", source=named, since=time_message(since))
    if as_json:
        typer.echo(json_of(found).decode())
    elif not (known := series_of(found, named)):
        typer.echo(f"nothing is known of {name} in this time", err=True)
    else:
        Console().print(series_table(name, known, since=since, until=now))
