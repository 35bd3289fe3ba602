"""The commands `citybrain district shift …`: a person's open cases, from one shift to the next.
Thin.
"""

import getpass
from typing import Annotated

import typer

from citybrain.domain.console import ShiftVerb
from citybrain.random_ids import RandomIds
from district_node.cli.options import (
    ADDRESS,
    AddressOption,
    JsonOption,
    OperatorOption,
    TextOption,
)

shift_app = typer.Typer(
    no_args_is_help=True, help="Hand your open cases to the next shift, and take what waits there."
)


@shift_app.command("hand-over")
def hand_over(
    to: Annotated[
        str, typer.Option("--to", help="A person's name; left out: whoever comes to the desk.")
    ] = "",
    text: TextOption = "",
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    as_json: JsonOption = False,
) -> None:
    """Hand over all your open cases, with one note: they stay yours until somebody takes them.

    Example:  citybrain district shift hand-over --to "Chen Bo" --text "two pumps are out"
    """
    from district_node.shell.report_text import paragraph

    fields = {"person": to, "text": paragraph(text)}
    _act(ShiftVerb.HAND_OVER, address, operator, as_json=as_json, **fields)


@shift_app.command("list")
def list_(address: AddressOption = ADDRESS, as_json: JsonOption = False) -> None:
    """What was handed over, the newest first, and who took it.

    Example:  citybrain district shift list
    """
    from rich.console import Console

    from citybrain.api.json_text import json_of
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect
    from district_node.terminal.tables import hand_over_table

    with connect(address, DISTRICT) as client:
        found = client.call("GetHandOvers").hand_overs
    if as_json:
        for one in found:
            typer.echo(json_of(one))
    elif not found:
        typer.echo("nothing was handed over")
    else:
        Console().print(hand_over_table(found))


@shift_app.command()
def take(
    name: Annotated[str, typer.Argument(metavar="HANDOVER", help="Its id, as `list` shows it.")],
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take what was handed over: its open cases are yours then.

    Example:  citybrain district shift take handover-riverside-40
    """
    _act(ShiftVerb.TAKE_OVER, address, operator, as_json=as_json, hand_over=name)


def _act(verb: ShiftVerb, address: str, operator: str, *, as_json: bool, **fields: str) -> None:
    from citybrain.api.json_text import json_of
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect
    from district_node.errors import ActionRefusedError

    with connect(address, DISTRICT) as client:
        outcome = client.call(
            "ActOnShift",
            request_id=RandomIds().token(),
            actor=operator or getpass.getuser(),
            verb=verb.value,
            **fields,
        )
    if as_json:
        typer.echo(json_of(outcome))
        raise typer.Exit(0 if outcome.done else 1)
    if not outcome.done:
        raise ActionRefusedError(verb, "your cases", outcome.reason, outcome.detail)
    typer.echo(f"{outcome.detail}: {verb.replace('_', ' ')} done")
