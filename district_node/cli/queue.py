"""The commands that show the queue of a running node and report into it. Thin."""

import getpass
from typing import Annotated

import typer

from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from district_node.cli.options import ADDRESS, AddressOption, JsonOption, OperatorOption


def queue(
    address: AddressOption = ADDRESS,
    once: Annotated[bool, typer.Option("--once", help="Print it once and end.")] = False,
    ended: Annotated[bool, typer.Option("--ended", help="With ended incidents.")] = False,
    as_json: JsonOption = False,
) -> None:
    """The queue in priority order, with crews and links. It is live and runs until Ctrl-C; --once
    prints it and ends, and so does what goes into a file or a pipe. With --json all of it once, an
    incident a line.

    Example:  citybrain district queue --once
    """
    from rich.console import Console
    from rich.live import Live

    from citybrain.api.client.districts import DISTRICT_VIEWS, snapshot_of
    from citybrain.api.json_text import json_of
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect
    from district_node.terminal.tables import snapshot_table

    clock, console = SystemClock(), Console()
    with connect(address, DISTRICT) as client:
        if as_json:
            for row in client.rows("ListIncidents", filter="" if ended else "open = true"):
                typer.echo(json_of(row))
            return
        if once or not console.is_terminal:  # live, it would show nothing there, and never end
            shown = snapshot_of(client.windows(DISTRICT_VIEWS), clock.now())
            console.print(snapshot_table(shown, ended=ended))
            return
        with Live(console=console, screen=True, auto_refresh=False) as live:
            for windows in client.watch(DISTRICT_VIEWS):
                shown = snapshot_of(windows, clock.now())
                live.update(snapshot_table(shown, ended=ended), refresh=True)


def report(
    kind: Annotated[str, typer.Option("--kind", "-k", help="What happened, e.g. crowding.")],
    at: Annotated[str, typer.Option("--at", help="Where: LATITUDE,LONGITUDE in degrees.")],
    text: Annotated[str, typer.Option("--text", "-t", help="In the reporter's words.")],
    contact: Annotated[str, typer.Option(help="A phone number or address to call back.")] = "",
    reporter: Annotated[
        str, typer.Option(help="Who saw it: citizen, crew or operator.")
    ] = "citizen",
    severity: Annotated[str, typer.Option(help="Extreme, Severe, Moderate or Minor.")] = "Moderate",
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    as_json: JsonOption = False,
) -> None:
    """Report what somebody saw; prints the incident that it opened or joined.

    Example:  citybrain district report --kind crowding --at 30.66,104.06 --text "a crowd"
    """
    from citybrain.api.client.incidents import whole_incident_of
    from citybrain.api.json_text import json_of
    from citybrain.api.methods import DISTRICT
    from citybrain.api.resources.elements import place_message
    from citybrain.cli.identity.connection import connect
    from district_node.errors import ActionRefusedError
    from district_node.terminal.options import place_of, reporter_of, severity_of
    from district_node.terminal.report_note import unknown_kind_note
    from district_node.terminal.tables import called

    with connect(address, DISTRICT) as client:
        outcome = client.call(
            "Report",
            request_id=RandomIds().token(),
            actor=operator or getpass.getuser(),
            reporter=reporter_of(reporter).value,
            kind=kind,
            place=place_message(place_of(at)),
            text=text,
            contact=contact,
            severity=severity_of(severity).value,
        )
        if not outcome.done or not outcome.incident:
            raise ActionRefusedError("report", kind, outcome.reason, outcome.detail)
        detail = client.call("GetIncident", incident=outcome.incident)
        found = whole_incident_of(detail)
        if as_json:
            typer.echo(json_of(detail.incident))
        else:
            typer.echo(f"reported: {called(found.entry.report)}")
        notes = (unknown_kind_note(found, kind), outcome.detail and f"note: {outcome.detail}")
    for note in filter(None, notes):
        typer.echo(note, err=True)
