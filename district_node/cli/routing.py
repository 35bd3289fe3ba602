"""The commands of departments: a case is not theirs, or whose it is. Thin."""

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


def return_case(
    incident: IncidentArgument,
    reason: ReasonOption,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say that an incident is not the responsible department's (退单): the next one is asked, or a
    person decides.

    Example:  citybrain district incident return R-1130-12 --reason "a private road"
    """
    act(OperatorVerb.RETURN, [incident], address, operator, reason, as_json=as_json)


def route(
    incident: IncidentArgument,
    department: Annotated[str, typer.Argument(help="The department's name, or its id.")],
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say which department is responsible for an incident; it cannot return it.

    Example:  citybrain district incident route R-1130-12 urban-management
    """
    act(
        OperatorVerb.ROUTE,
        [incident],
        address,
        operator,
        reason,
        as_json=as_json,
        department=department,
    )
