"""The commands `citybrain district unit …`: units, their duty, and an order that is taken back."""

import getpass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from citybrain.domain.console import UnitVerb
from citybrain.random_ids import RandomIds
from citybrain.vocabulary import CrewAction
from district_node.cli.options import (
    ADDRESS,
    AddressOption,
    JsonOption,
    OperatorOption,
    UnitArgument,
)

if TYPE_CHECKING:
    from citybrain.api.lists.port import PublicMessage

unit_app = typer.Typer(
    no_args_is_help=True,
    help="Units: whether they take orders, and an order that is taken from its crew.",
)
ReasonOption = Annotated[str, typer.Option("--reason", "-r", help="Why: shown beside the unit.")]
MinutesOption = Annotated[
    float | None,
    typer.Option("--minutes", "-m", min=1, help="For so long; left out: until it is ready."),
]
NeedOption = Annotated[
    list[str] | None,
    typer.Option("--need", "-n", help="Worse: a capability that is missing there, or pump=2."),
]


@unit_app.command("list")
def list_(address: AddressOption = ADDRESS, as_json: JsonOption = False) -> None:
    """The district's units: what each can do, and why one gets no order.

    Example:  citybrain district unit list
    """
    from rich.console import Console

    from citybrain.api.client.units import unit_report_of
    from citybrain.api.json_text import json_of
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect
    from district_node.terminal.tables import unit_table

    with connect(address, DISTRICT) as client:
        page = client.call("ListUnits", page_size=500)
    if as_json:
        typer.echo(json_of(page).decode())
        return
    cases = {unit_report_of(unit).order: str(unit.incident_number) for unit in page.units}
    Console().print(unit_table([unit_report_of(unit) for unit in page.units], cases))


@unit_app.command()
def ready(
    unit: UnitArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say that a unit is on duty and can do everything that it is equipped for.

    Example:  citybrain district unit ready "Patrol 2"
    """
    _act(UnitVerb.READY, unit, address, operator, reason, as_json=as_json)


@unit_app.command("break")
def break_(
    unit: UnitArgument,
    minutes: MinutesOption = None,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say that a unit takes a break: it gets no order, after the one that it has accepted.

    Example:  citybrain district unit break "Patrol 2" --minutes 30
    """
    _act(UnitVerb.BREAK, unit, address, operator, reason, minutes, as_json=as_json)


@unit_app.command("off-duty")
def off_duty(
    unit: UnitArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say that a unit is off duty: it gets no order, after the one that it has accepted.

    Example:  citybrain district unit off-duty "Patrol 2"
    """
    _act(UnitVerb.OFF_DUTY, unit, address, operator, reason, as_json=as_json)


@unit_app.command()
def out(
    unit: UnitArgument,
    reason: ReasonOption,
    minutes: MinutesOption = None,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say that a unit is out of service; the order that it has goes to another.

    Example:  citybrain district unit out "Patrol 2" --reason "flat tyre"
    """
    verb = UnitVerb.OUT_OF_SERVICE
    _act(verb, unit, address, operator, reason, minutes, as_json=as_json)


@unit_app.command()
def release(
    unit: UnitArgument,
    reason: ReasonOption,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take its order from a crew that is not heard of: another one is sent.

    Example:  citybrain district unit release "Patrol 2" --reason "nobody answers the radio"
    """
    _act(UnitVerb.RELEASE, unit, address, operator, reason, as_json=as_json)


@unit_app.command()
def found(
    unit: UnitArgument,
    finding: Annotated[str, typer.Argument(help="nothing_here, as_reported or worse.")],
    need: NeedOption = None,
    finish: Annotated[
        bool, typer.Option("--finish", help="Its work is done; left out, its order goes on.")
    ] = False,
    reason: Annotated[str, typer.Option("--reason", "-r", help="In the crew's words.")] = "",
    address: AddressOption = ADDRESS,
    as_json: JsonOption = False,
) -> None:
    """Say for a crew that has only a radio what it found at the scene.

    Example:  citybrain district unit found "Patrol 2" worse --need pump
    """
    from citybrain.api.methods import CREW, DISTRICT
    from citybrain.cli.identity.connection import connect
    from district_node.terminal.called_units import unit_id
    from district_node.terminal.options import finding_of, need_of

    said, needs = finding_of(finding), [need_of(text) for text in need or ()]
    action = CrewAction.FINISH if finish else CrewAction.FOUND
    with connect(address, DISTRICT) as client:
        named = unit_id(client, unit)
        page = client.call("ListOrders", filter=f'unit = "{named}" AND live = true', page_size=1)
    order = page.orders[0] if page.orders else None
    with connect(address, CREW) as client:
        outcome = client.call(
            "Answer",
            request_id=f"{getpass.getuser()}-{RandomIds().token()}",
            unit=named,
            order=order.id if order else "none",
            assignment_number=order.assignment_number if order else 0,
            answer=action.value,
            finding=said.value,
            needs=needs,
            reason=reason,
        )
    _print(action, unit, outcome, f"{said} noted", as_json=as_json)


def _act(
    verb: UnitVerb,
    unit: str,
    address: str,
    operator: str,
    reason: str,
    minutes: float | None = None,
    *,
    as_json: bool,
) -> None:
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect
    from citybrain.system_clock import SystemClock
    from district_node.terminal.called_units import unit_id

    until = None
    if minutes is not None:
        now = datetime.fromtimestamp(SystemClock().now() / 1_000_000, UTC)
        until = now + timedelta(minutes=minutes)
    with connect(address, DISTRICT) as client:
        outcome = client.call(
            "ActOnUnit",
            request_id=RandomIds().token(),
            actor=operator or getpass.getuser(),
            unit=unit_id(client, unit),
            verb=verb.value,
            reason=reason,
            until=until,
        )
    _print(verb, unit, outcome, f"{verb.replace('_', ' ')} done", as_json=as_json)


def _print(
    verb: UnitVerb | CrewAction, unit: str, outcome: "PublicMessage", done: str, *, as_json: bool
) -> None:
    """Raises `ActionRefusedError`; as JSON a refusal is an answer, and the exit code 1."""
    from citybrain.api.json_text import json_of
    from district_node.errors import ActionRefusedError

    if as_json:
        typer.echo(json_of(outcome))
        raise typer.Exit(0 if outcome.done else 1)
    if not outcome.done:
        raise ActionRefusedError(verb, unit, outcome.reason, outcome.detail)
    typer.echo(f"{unit}: {done}")
