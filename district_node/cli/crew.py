"""The commands `citybrain district crew …`: what a crew is told, and what it answers, from a
terminal. Thin.
"""

from typing import Annotated

import typer

from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from district_node.cli.options import (
    ADDRESS,
    AddressOption,
    JsonOption,
    TextOption,
    UnitArgument,
)

crew_app = typer.Typer(
    no_args_is_help=True,
    help="What the district writes to a crew, and its answers: for a crew with a radio, too.",
)


@crew_app.command()
def messages(
    unit: UnitArgument, address: AddressOption = ADDRESS, as_json: JsonOption = False
) -> None:
    """What was written to a crew, the newest first, read or not, with its answers.

    Example:  citybrain district crew messages "Patrol 2"
    """
    from rich.console import Console

    from citybrain.api.client.crews import crew_view_of
    from citybrain.api.json_text import json_of
    from citybrain.api.methods import CREW
    from citybrain.cli.identity.connection import connect
    from district_node.terminal.tables import message_table

    named = _id_of(address, unit)
    with connect(address, CREW) as client:
        screen = next(client.stream("Watch", unit=named))
    if as_json:
        for message in screen.messages:
            typer.echo(json_of(message))
        return
    view = crew_view_of(screen)
    if not view.messages:
        typer.echo(f"nothing was written to {view.name}")
        return
    Console().print(message_table(view.messages, SystemClock().now(), {named: view.name}))


@crew_app.command()
def reply(
    unit: UnitArgument,
    message: Annotated[str, typer.Argument(help="The message's id, as `messages` shows it.")],
    text: TextOption = "",
    address: AddressOption = ADDRESS,
    as_json: JsonOption = False,
) -> None:
    """Answer a message; without a text, say that it was read.

    Example:  citybrain district crew reply "Patrol 2" message-riverside-40-0 --text "on our way"
    """
    from citybrain.api.json_text import json_of
    from citybrain.api.methods import CREW
    from citybrain.cli.identity.connection import connect
    from district_node.errors import ActionRefusedError
    from district_node.shell.report_text import paragraph

    named = _id_of(address, unit)
    with connect(address, CREW) as client:
        outcome = client.call(
            "Reply",
            request_id=RandomIds().token(),
            unit=named,
            message=message,
            text=paragraph(text),
        )
    if as_json:
        typer.echo(json_of(outcome))
        raise typer.Exit(0 if outcome.done else 1)
    if not outcome.done:
        raise ActionRefusedError("reply", message, outcome.reason, outcome.detail)
    typer.echo(f"{message}: {'answered' if text.strip() else 'read'}")


def _id_of(address: str, unit: str) -> str:
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect
    from district_node.terminal.called_units import unit_id

    with connect(address, DISTRICT) as client:
        return unit_id(client, unit)
