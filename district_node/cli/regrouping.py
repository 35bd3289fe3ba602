"""The commands `citybrain district incident merge | split | not-same | link | unlink | undo`: a
person corrects which case something is, and says what it follows from. Thin.
"""

from typing import Annotated

import typer

from citybrain.vocabulary import OperatorVerb
from district_node.cli.acting import act
from district_node.cli.options import (
    ADDRESS,
    AddressOption,
    IncidentArgument,
    JsonOption,
    OperatorOption,
    ReasonOption,
)

OtherArgument = Annotated[str, typer.Argument(help="The other case's number, or its id.")]


def merge(
    incident: IncidentArgument,
    other: OtherArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say that it is the same as another incident, which goes on with what both rest on.

    Example:  citybrain district incident merge R-1130-12 R-1130-09
    """
    act(OperatorVerb.MERGE, [incident], address, operator, reason, as_json=as_json, other=other)


def split(
    incident: IncidentArgument,
    contributions: Annotated[
        list[str],
        typer.Argument(
            help="What is another case: the ids of what it rests on, as `show` has them."
        ),
    ],
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make an incident of its own of some of what this one rests on.

    Example:  citybrain district incident split R-1130-12 4f0c2a9b71de
    """
    act(
        OperatorVerb.SPLIT,
        [incident],
        address,
        operator,
        reason,
        as_json=as_json,
        contributions=contributions,
    )


def not_same(
    incident: IncidentArgument,
    other: OtherArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say that two incidents are not the same: they are never merged, and are apart again if they
    were.

    Example:  citybrain district incident not-same R-1130-12 R-1130-09
    """
    act(OperatorVerb.NOT_SAME, [incident], address, operator, reason, as_json=as_json, other=other)


def link(
    incident: IncidentArgument,
    cause: Annotated[str, typer.Argument(help="The incident that led to it.")],
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say that an incident follows from another one: each is worked on by itself, and whoever
    closes the cause is told what it led to that is open.

    Example:  citybrain district incident link inc-riverside-12 inc-riverside-9
    """
    act(OperatorVerb.LINK, [incident], address, operator, reason, as_json=as_json, other=cause)


def unlink(
    incident: IncidentArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say that an incident follows from no other one after all.

    Example:  citybrain district incident unlink inc-riverside-12
    """
    act(OperatorVerb.UNLINK, [incident], address, operator, reason, as_json=as_json)


def undo(
    incident: IncidentArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take back the last merge, split, not-same, link or unlink of an incident.

    Example:  citybrain district incident undo R-1130-12
    """
    act(OperatorVerb.UNDO, [incident], address, operator, reason, as_json=as_json)
