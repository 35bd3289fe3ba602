"""The commands `citybrain district incident …`: one incident and what a person does to it. Thin."""

from typing import Annotated

import typer

from citybrain.system_clock import SystemClock
from citybrain.vocabulary import OperatorVerb
from district_node.cli.acting import act
from district_node.cli.options import (
    ADDRESS,
    AddressOption,
    ConfirmedOption,
    DispositionOption,
    IncidentArgument,
    IncidentsArgument,
    JsonOption,
    OperatorOption,
    ReasonOption,
    UnitArgument,
)
from district_node.terminal.options import disposition_of

incident_app = typer.Typer(
    no_args_is_help=True,
    help="Show one incident, or act on it. Every action carries your name and is kept for ever.",
)


@incident_app.command()
def show(
    incident: IncidentArgument, address: AddressOption = ADDRESS, as_json: JsonOption = False
) -> None:
    """One incident: what it rests on, needs, clocks, history.

    Example:  citybrain district incident show R-1130-07
    """
    from rich.console import Console

    from citybrain.api.client.incidents import whole_incident_of
    from citybrain.api.json_text import json_of
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect
    from citybrain.errors import RpcError
    from citybrain.rpc.errors import NotFoundError
    from district_node.terminal.tables import incident_view

    try:
        with connect(address, DISTRICT) as client:
            found = client.call("GetIncident", incident=incident)
    except RpcError as error:
        if error.code != "NOT_FOUND":
            raise
        raise NotFoundError(
            f"this district shows no incident {incident!r}. "
            "`citybrain district queue --ended` lists what it shows."
        ) from error
    if as_json:
        typer.echo(json_of(found))
        return
    Console().print(incident_view(whole_incident_of(found), SystemClock().now()))


@incident_app.command("open")
def open_(
    incidents: IncidentsArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Open a report, take up a deferred incident, or open a handled or closed one again.

    Example:  citybrain district incident open R-1130-07
    """
    act(OperatorVerb.OPEN, incidents, address, operator, reason, as_json=as_json)


@incident_app.command()
def assign(
    incident: IncidentArgument,
    unit: UnitArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    preempt: Annotated[
        bool, typer.Option("--preempt", help="Take it from a less severe case, which then waits.")
    ] = False,
    comes_next: Annotated[
        bool, typer.Option("--next", help="It is busy: send it when its present order ends.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Send an own unit that is free, or on its way to a less severe case; or say what a busy one
    does next.

    Example:  citybrain district incident assign R-1130-07 "Patrol 2"
    """
    act(
        OperatorVerb.ASSIGN,
        [incident],
        address,
        operator,
        reason,
        as_json=as_json,
        unit=unit,
        preempt=preempt,
        next=comes_next,
    )


@incident_app.command()
def unassign(
    incident: IncidentArgument,
    unit: Annotated[str, typer.Argument(help="The unit's id; left out: whichever it is.")] = "",
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take back what a unit was to do next; others may be sent at once. What it has an order for is
    taken from it by `citybrain district unit release`.

    Example:  citybrain district incident unassign R-1130-07 riverside-2
    """
    act(OperatorVerb.UNASSIGN, [incident], address, operator, reason, as_json=as_json, unit=unit)


@incident_app.command()
def verify(
    incidents: IncidentsArgument,
    reason: ReasonOption,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    disposition: DispositionOption = "",
    confirmed: ConfirmedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say that a handled incident was seen fixed; it closes under your name. Where a source still
    sees it, you are told what it measures, and --yes closes it all the same.

    Example:  citybrain district incident verify R-1130-07 --reason "seen on the spot"
    """
    said = {"disposition": disposition_of(disposition), "confirmed": confirmed}
    act(OperatorVerb.VERIFY, incidents, address, operator, reason, as_json=as_json, **said)


@incident_app.command()
def close(
    incidents: IncidentsArgument,
    reason: ReasonOption,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    disposition: DispositionOption = "",
    confirmed: ConfirmedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Close an incident under your name, whatever its stage; crews that are not there yet are
    called back.

    Example:  citybrain district incident close R-1130-07 --reason "sent home"
    """
    said = {"disposition": disposition_of(disposition), "confirmed": confirmed}
    act(OperatorVerb.CLOSE, incidents, address, operator, reason, as_json=as_json, **said)


@incident_app.command()
def reject(
    incidents: IncidentsArgument,
    reason: ReasonOption,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    disposition: DispositionOption = "",
    confirmed: ConfirmedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Reject an incident that is none, or none of this district's, at any stage; crews that are
    not there yet are called back.

    Example:  citybrain district incident reject R-1130-07 --reason "a shadow"
    """
    said = {"disposition": disposition_of(disposition), "confirmed": confirmed}
    act(OperatorVerb.REJECT, incidents, address, operator, reason, as_json=as_json, **said)


@incident_app.command()
def escalate(
    incidents: IncidentsArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Ask the city for every place that is still open.

    Example:  citybrain district incident escalate R-1130-07
    """
    act(OperatorVerb.ESCALATE, incidents, address, operator, reason, as_json=as_json)


@incident_app.command()
def defer(
    incidents: IncidentsArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    until: Annotated[
        str,
        typer.Option(
            help="When it opens again: 3d, 12h, or 2026-12-05T09:00+08:00; needs a reason."
        ),
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Put an incident aside: its clocks rest until then, or until it is opened again.

    Example:  citybrain district incident defer R-1130-07 --until 3d --reason "no parts"
    """
    from citybrain.api.resources.elements import time_message
    from district_node.terminal.options import until_of

    then = time_message(until_of(until, SystemClock().now())) if until else None
    act(OperatorVerb.DEFER, incidents, address, operator, reason, as_json=as_json, until=then)


@incident_app.command()
def acknowledge(
    incidents: IncidentsArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say that you see to it: nobody else is called, unless nothing follows.

    Example:  citybrain district incident acknowledge R-1130-12
    """
    act(OperatorVerb.ACKNOWLEDGE, incidents, address, operator, reason, as_json=as_json)
