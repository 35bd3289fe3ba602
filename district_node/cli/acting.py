"""Sends one operator's action to the node, and says what became of it."""

import getpass

import typer

from citybrain.random_ids import RandomIds
from citybrain.vocabulary import OperatorVerb


def act(
    verb: OperatorVerb,
    incident: str,
    address: str,
    operator: str,
    reason: str,
    **fields: object,
) -> None:
    """`fields`: what the action has beside, by the names of the public API."""
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect
    from district_node.errors import ActionRefusedError

    with connect(address, DISTRICT) as client:
        outcome = client.call(
            "Act",
            request_id=RandomIds().token(),
            actor=operator or getpass.getuser(),
            incident=incident,
            verb=verb.value,
            reason=reason,
            **{name: value for name, value in fields.items() if value},
        )
    if not outcome.done:
        raise ActionRefusedError(verb, incident, outcome.reason, outcome.detail)
    typer.echo(f"{incident}: {verb} done{f'. {outcome.detail}' if outcome.detail else ''}")
