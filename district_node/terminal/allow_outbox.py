"""The command `citybrain district allow-outbox`: an operator's word for a box that has begun a new
outbox too often.
"""

import getpass
from typing import Annotated

import typer

from citybrain.random_ids import RandomIds


def allow_outbox(
    agent: Annotated[str, typer.Argument(metavar="BOX", help="The box's id.")],
    address: Annotated[
        str,
        typer.Option(
            "--address",
            "-a",
            envvar="CITYBRAIN_DISTRICT",
            help="The node's gRPC address: `grpc` under `listen` in its file.",
        ),
    ] = "127.0.0.1:7101",
    operator: Annotated[
        str,
        typer.Option(
            envvar="CITYBRAIN_OPERATOR",
            help="Who you are (default: the name you are logged in with).",
        ),
    ] = "",
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why: kept in the journal.")] = "",
) -> None:
    """Let a box begin another outbox, though it began too many within a day: the queue page says
    which one waits. See first why it does: a worn card, or two boxes with one identity.

    Example:  citybrain district allow-outbox box-a1 --reason "the card was worn"
    """
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect
    from citybrain.domain.console import AgentVerb
    from district_node.errors import ActionRefusedError

    with connect(address, DISTRICT) as client:
        outcome = client.call(
            "ActOnAgent",
            request_id=RandomIds().token(),
            actor=operator or getpass.getuser(),
            agent=agent,
            verb=AgentVerb.ALLOW_OUTBOX.value,
            reason=reason,
        )
    if not outcome.done:
        raise ActionRefusedError(AgentVerb.ALLOW_OUTBOX, agent, outcome.reason, outcome.detail)
    typer.echo(f"{agent}: a new outbox is allowed")
