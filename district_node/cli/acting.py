"""Sends an operator's action upon one case or several to the node, and says what became of each."""

import getpass
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import typer

from citybrain.api.limits import ACTIONS_OF_REQUEST
from citybrain.api.lists.port import PublicMessage
from citybrain.random_ids import RandomIds
from citybrain.vocabulary import OperatorVerb

if TYPE_CHECKING:
    from citybrain.rpc.public.blocking_client import BlockingApiClient

FROM_STDIN = "-"


def act(
    verb: OperatorVerb,
    incidents: list[str],
    address: str,
    operator: str,
    reason: str = "",
    *,
    as_json: bool = False,
    **fields: object,
) -> None:
    """`fields`: what the action has beside. Several cases are several actions, each with an answer
    of its own; the exit code is 1 where one was refused. A `unit` among the fields may be a name.
    Raises `ActionRefusedError` of one case.
    """
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect
    from district_node.errors import ActionRefusedError
    from district_node.terminal.called_units import crews_of, unit_id

    named, ids = _named(incidents), RandomIds()
    with connect(address, DISTRICT) as client:
        if "unit" in fields:
            sent = crews_of(client, named) if verb is OperatorVerb.MESSAGE else {}
            fields["unit"] = unit_id(client, str(fields["unit"]), also=sent)
        outcomes = _outcomes(client, _actions(verb, named, ids, operator, reason, fields))
    refused = [outcome for outcome in outcomes if not outcome.done]
    if len(outcomes) == 1 and refused and not as_json:
        raise ActionRefusedError(verb, named[0], refused[0].reason, refused[0].detail)
    for incident, outcome in zip(named, outcomes, strict=True):
        _print(verb, incident, outcome, as_json=as_json)
    if refused:
        raise typer.Exit(1)


def _actions(
    verb: OperatorVerb,
    named: Sequence[str],
    ids: RandomIds,
    operator: str,
    reason: str,
    fields: Mapping[str, object],
) -> list[dict[str, object]]:
    """One for each case."""
    return [
        {
            "request_id": ids.token(),
            "actor": operator or getpass.getuser(),
            "incident": incident,
            "verb": verb.value,
            "reason": reason,
            **{name: value for name, value in fields.items() if value},
        }
        for incident in named
    ]


def _outcomes(client: "BlockingApiClient", actions: list[dict[str, object]]) -> list[PublicMessage]:
    if len(actions) == 1:
        return [client.call("Act", **actions[0])]
    return [
        outcome
        for some in _batches(actions)
        for outcome in client.call("ActOnMany", actions=some).outcomes
    ]


def _named(incidents: Sequence[str]) -> list[str]:
    """Each once, in order; `-` stands for those on standard input, apart by spaces or lines."""
    words = [
        word
        for incident in incidents
        for word in (sys.stdin.read().split() if incident == FROM_STDIN else (incident,))
    ]
    if not words:
        raise typer.BadParameter("standard input names no incident; write one a line.")
    return list(dict.fromkeys(words))


def _batches(actions: list[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    for first in range(0, len(actions), ACTIONS_OF_REQUEST.value):
        yield actions[first : first + ACTIONS_OF_REQUEST.value]


def _print(verb: OperatorVerb, incident: str, outcome: PublicMessage, *, as_json: bool) -> None:
    from citybrain.api.json_text import json_of

    if as_json:
        typer.echo(json_of(outcome))
    elif outcome.done:
        said = f". {outcome.detail}" if outcome.detail else ""
        typer.echo(f"{incident}: {verb} done{said}")
    else:
        typer.echo(
            f"{incident}: {verb} was not done ({outcome.reason}). {outcome.detail}", err=True
        )
