"""The commands `citybrain district incident note …` and their like: what a person does to a case
beside moving its stage. Thin.
"""

from typing import Annotated

import typer

from citybrain.vocabulary import OperatorVerb
from district_node.cli.acting import act
from district_node.cli.options import (
    ADDRESS,
    AddressOption,
    IncidentArgument,
    IncidentsArgument,
    JsonOption,
    OperatorOption,
    ReasonOption,
    TextOption,
    UnitArgument,
)


def add_casework(incident_app: typer.Typer) -> None:
    """Add these commands to those of one incident."""
    for command in (note, message, reclassify, relocate, set_severity, take, give):
        incident_app.command()(command)


def note(
    incidents: IncidentsArgument,
    text: TextOption,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write a note into a case: of any length; what is too long is cut, and says so.

    Example:  citybrain district incident note R-1130-12 --text "the owner has a key"
    """
    act(OperatorVerb.NOTE, incidents, address, operator, as_json=as_json, text=_written(text))


def message(
    incident: IncidentArgument,
    unit: UnitArgument,
    text: TextOption,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write to a crew about a case: its screen shows it, and its answer stands in the case.

    Example:  citybrain district incident message R-1130-12 "Patrol 2" -t "use gate 4"
    """
    act(
        OperatorVerb.MESSAGE,
        [incident],
        address,
        operator,
        as_json=as_json,
        unit=unit,
        text=_written(text),
    )


def reclassify(
    incidents: IncidentsArgument,
    kind: Annotated[str, typer.Option("--kind", "-k", help="What it is, e.g. crowding.")],
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say that a case is of another kind: its playbook is that kind's from now on, crews that do
    not fit are called back.

    Example:  citybrain district incident reclassify R-1130-12 --kind waterlogging
    """
    act(OperatorVerb.RECLASSIFY, incidents, address, operator, reason, as_json=as_json, kind=kind)


def relocate(
    incidents: IncidentsArgument,
    at: Annotated[str, typer.Option("--at", help="Where: LATITUDE,LONGITUDE in degrees.")],
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say that a case is elsewhere: its crews' orders name the new place at once.

    Example:  citybrain district incident relocate R-1130-12 --at 30.66,104.06
    """
    from citybrain.api.resources.elements import place_message
    from district_node.terminal.options import place_of

    place = place_message(place_of(at))
    act(OperatorVerb.RELOCATE, incidents, address, operator, reason, as_json=as_json, place=place)


def set_severity(
    incidents: IncidentsArgument,
    severity: Annotated[str, typer.Option("--to", help="Extreme, Severe, Moderate or Minor.")],
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say how bad a case is: it stands until a person, or a source that says graver than was known,
    says otherwise.

    Example:  citybrain district incident set-severity R-1130-12 --to Severe
    """
    from district_node.terminal.options import severity_of

    word = severity_of(severity).value
    act(
        OperatorVerb.SET_SEVERITY,
        incidents,
        address,
        operator,
        reason,
        as_json=as_json,
        severity=word,
    )


def take(
    incidents: IncidentsArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make a case yours: the queue shows your name beside it.

    Example:  citybrain district incident take R-1130-12 R-1130-13
    """
    act(OperatorVerb.TAKE, incidents, address, operator, as_json=as_json)


def give(
    incidents: IncidentsArgument,
    to: Annotated[str, typer.Option("--to", help="Whose case it will be: a person's name.")],
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make a case another person's.

    Example:  citybrain district incident give R-1130-12 --to "Chen Bo"
    """
    act(OperatorVerb.GIVE, incidents, address, operator, as_json=as_json, person=to)


def _written(text: str) -> str:
    """As the node would keep it: a text of any length fits into a request then."""
    from district_node.shell.report_text import paragraph

    return paragraph(text)
