"""The commands `citybrain district clock …` and `citybrain city clock …`: a person says what a step
of a node's clock was that the node holds back.
"""

import getpass
from typing import Annotated

import typer

from citybrain.random_ids import RandomIds


def clock_commands(tier: str, address: str) -> typer.Typer:
    """Of a node of this tier, "district" or "city"; `address`: where it is if nobody says so."""
    app = typer.Typer(
        no_args_is_help=True,
        help="Say what a step of the node's clock was that it holds back (condition clock_held).",
    )
    address_option = typer.Option(
        "--address",
        "-a",
        envvar=f"CITYBRAIN_{tier.upper()}",
        help="The node's gRPC address: `grpc` under `listen`.",
    )
    reason_option = typer.Option("--reason", "-r", help="Why: kept in the journal.")
    name_option = typer.Option("--name", help="Who you are (default: your login name).")

    @app.command()
    def confirm(
        address: Annotated[str, address_option] = address,
        reason: Annotated[str, reason_option] = "",
        name: Annotated[str, name_option] = "",
    ) -> None:
        """The wall clock is right and so much time has passed: node time follows it at once, and
        every deadline that is over fires.

        Example:  citybrain district clock confirm --reason "the machine stood for two days"
        """
        _set_clock(tier, "confirm", address, reason, name)

    @app.command()
    def rebase(
        address: Annotated[str, address_option] = address,
        reason: Annotated[str, reason_option] = "",
        name: Annotated[str, name_option] = "",
    ) -> None:
        """The wall clock is right, and only node time was wrong: it becomes what the wall clock
        shows, back or forward, and every deadline keeps what is left of it.

        Example:  citybrain district clock rebase --reason "the clock was a day ahead"
        """
        _set_clock(tier, "rebase", address, reason, name)

    return app


def _set_clock(tier: str, verb: str, address: str, reason: str, name: str) -> None:
    from citybrain.api.methods import CITY, DISTRICT
    from citybrain.cli.identity.connection import connect
    from citybrain.errors import ClockNotSetError

    with connect(address, DISTRICT if tier == "district" else CITY) as client:
        outcome = client.call(
            "SetClock",
            request_id=RandomIds().token(),
            actor=name or getpass.getuser(),
            verb=verb,
            reason=reason,
        )
    if not outcome.done:
        raise ClockNotSetError(outcome.reason, outcome.detail)
    typer.echo(f"clock: {verb} done")
