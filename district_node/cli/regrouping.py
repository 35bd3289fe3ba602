"""The commands `citybrain district incident merge | split | not-same | undo`: a person corrects
which case something is. Thin.
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

OtherArgument = Annotated[str, typer.Argument(help="The other incident's id.")]


def merge(
    incident: IncidentArgument,
    other: OtherArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say that it is the same as another incident, which goes on with what both rest on.

    Example:  citybrain district incident merge inc-riverside-12 inc-riverside-9
    """
    act(OperatorVerb.MERGE, [incident], address, operator, reason, as_json=as_json, other=other)


def split(
    incident: IncidentArgument,
    contributions: Annotated[
        list[str],
        typer.Argument(help="What is another incident: ids or sources, as `show` lists them."),
    ],
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make an incident of its own of some of what this one rests on.

    Example:  citybrain district incident split inc-riverside-12 box-a2/cam-a2
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

    Example:  citybrain district incident not-same inc-riverside-12 inc-riverside-9
    """
    act(OperatorVerb.NOT_SAME, [incident], address, operator, reason, as_json=as_json, other=other)


def undo(
    incident: IncidentArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take back the last merge, split or not-same of an incident.

    Example:  citybrain district incident undo inc-riverside-12
    """
    act(OperatorVerb.UNDO, [incident], address, operator, reason, as_json=as_json)
