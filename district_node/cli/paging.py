"""The commands `citybrain district page …` and `oncall`: who was called about what. Thin."""

from typing import Annotated

import typer

from citybrain.system_clock import SystemClock
from citybrain.vocabulary import OperatorVerb
from district_node.cli.acting import act
from district_node.cli.options import (
    ADDRESS,
    AddressOption,
    IncidentsArgument,
    JsonOption,
    OperatorOption,
    ReasonOption,
)

page_app = typer.Typer(
    no_args_is_help=True,
    help="Who was called about which incident, and the acknowledgement that stops the calls.",
)


@page_app.command("list")
def list_(
    address: AddressOption = ADDRESS,
    every: Annotated[
        bool, typer.Option("--all", help="With those that somebody has acknowledged.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Incidents about which people are being called, and what became of the calls.

    Example:  citybrain district page list --all
    """
    from rich.console import Console

    from citybrain.api.client.paging import called_about_of
    from citybrain.api.json_text import json_of
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect
    from district_node.terminal.paging import called_table

    with connect(address, DISTRICT) as client:
        wanted = "open = true" if every else "calling = true"
        incidents = client.rows("ListIncidents", filter=wanted)
    if as_json:
        for incident in incidents:
            if incident.HasField("paging"):
                typer.echo(json_of(incident).decode())
        return
    rows = [row for row in map(called_about_of, incidents) if row is not None]
    Console().print(called_table(rows, SystemClock().now()))


@page_app.command()
def ack(
    incidents: IncidentsArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say that you see to an incident: nobody else is called, unless nothing follows.

    Example:  citybrain district page ack R-1130-12
    """
    act(OperatorVerb.ACKNOWLEDGE, incidents, address, operator, reason, as_json=as_json)


def oncall(address: AddressOption = ADDRESS, as_json: JsonOption = False) -> None:
    """Who is on call now, by rota, and until when.

    Example:  citybrain district oncall
    """
    from rich.console import Console

    from citybrain.api.client.paging import on_call_of
    from citybrain.api.json_text import json_of
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect
    from district_node.terminal.paging import on_call_table

    with connect(address, DISTRICT) as client:
        district = client.call("GetDistrict")
    if as_json:
        for row in district.on_call:
            typer.echo(json_of(row).decode())
        return
    Console().print(on_call_table(on_call_of(district), SystemClock().now()))
