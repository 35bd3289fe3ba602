"""The commands `citybrain district allow-outbox` and `citybrain district forget`: an operator's
word for a box that has begun a new outbox too often, or that is gone for good.
"""

import getpass
from typing import Annotated

import typer

from citybrain.domain.console import AgentVerb
from citybrain.random_ids import RandomIds
from district_node.cli.options import ADDRESS, AddressOption, JsonOption, OperatorOption

BoxArgument = Annotated[str, typer.Argument(metavar="BOX", help="The box's id.")]
ReasonOption = Annotated[str, typer.Option("--reason", "-r", help="Why: kept in the journal.")]


def allow_outbox(
    agent: BoxArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Let a box begin another outbox, though it began too many within a day: the queue page says
    which one waits. See first why it does: a worn card, or two boxes with one identity.

    Example:  citybrain district allow-outbox box-a1 --reason "the card was worn"
    """
    said = "a new outbox is allowed"
    _act(AgentVerb.ALLOW_OUTBOX, agent, said, address, operator, reason, as_json=as_json)


def forget(
    agent: BoxArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Forget a box that is gone for good, before the 90 days after which that happens by itself:
    one that is offline, has no open case, and is revoked or never joined. If it joins anew, what
    it sent before counts once.

    Example:  citybrain district forget box-a1 --reason "the crossing was rebuilt"
    """
    _act(AgentVerb.FORGET, agent, "forgotten", address, operator, reason, as_json=as_json)


def _act(
    verb: AgentVerb,
    agent: str,
    said: str,
    address: str,
    operator: str,
    reason: str,
    *,
    as_json: bool,
) -> None:
    """Raises `ActionRefusedError`; as JSON a refusal is an answer, and the exit code 1."""
    from citybrain.api.json_text import json_of
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect
    from district_node.errors import ActionRefusedError

    with connect(address, DISTRICT) as client:
        outcome = client.call(
            "ActOnAgent",
            request_id=RandomIds().token(),
            actor=operator or getpass.getuser(),
            agent=agent,
            verb=verb.value,
            reason=reason,
        )
    if as_json:
        typer.echo(json_of(outcome))
        raise typer.Exit(0 if outcome.done else 1)
    if not outcome.done:
        raise ActionRefusedError(verb, agent, outcome.reason, outcome.detail)
    typer.echo(f"{agent}: {said}")
