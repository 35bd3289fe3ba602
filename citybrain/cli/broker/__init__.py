"""`citybrain broker …`: the files of a city's MQTT broker. Thin over `citybrain.broker`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

IDENTITY, OUT, LISTEN = Path("identity"), Path("broker"), "0.0.0.0:8883"


@app.callback()
def broker() -> None:
    """The MQTT broker between boxes and their district: the files that mosquitto runs with. Who
    speaks there, its certificate says.

    Example:  citybrain broker config --district riverside
    """


@app.command()
def config(
    identity: Annotated[
        Path,
        typer.Option(
            "--identity",
            "-i",
            metavar="FOLDER",
            help="The broker's identity, as `citybrain ca join` made it.",
        ),
    ] = IDENTITY,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="FOLDER",
            help="Where the files go; mosquitto runs as the owner of this folder.",
        ),
    ] = OUT,
    districts: Annotated[
        list[str] | None,
        typer.Option(
            "--district",
            metavar="ID",
            help="A district whose boxes report here. May be given again; left out, with --ca: each"
            " that joined.",
        ),
    ] = None,
    authority: Annotated[
        Path | None,
        typer.Option(
            "--ca",
            metavar="FOLDER",
            help="The authority's folder, where it is on this machine: its newest list of revoked"
            " certificates is used, and whoever is revoked falls silent.",
        ),
    ] = None,
    deny: Annotated[
        list[str] | None,
        typer.Option(
            "--deny",
            metavar="ROLE/ID",
            help="Somebody who was revoked and may still be connected. May be given again.",
        ),
    ] = None,
    sensors: Annotated[
        list[str] | None,
        typer.Option(
            "--sensor",
            metavar="BOX=SENSOR",
            help="A box, and a sensor with a name of its own whose readings it may read. May be"
            " given again.",
        ),
    ] = None,
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where the broker listens.")
    ] = LISTEN,
    log_denied: Annotated[
        bool,
        typer.Option(
            "--log-denied",
            help="Also log each message that the rules deny. mosquitto then logs every packet: for"
            " looking into something, not for every day.",
        ),
    ] = False,
) -> None:
    """Write the files that mosquitto runs with: TLS with a certificate from everybody, names from
    certificates, the rules from the table of rights, a bound on everything. Run again, it changes
    only what is other now.

    Before, once, with the address that boxes reach the broker by:  citybrain ca token broker/main
    --host 10.0.0.5, and here citybrain ca join TOKEN --identity FOLDER.

    Afterwards: start mosquitto -c FOLDER/mosquitto.conf, or, where it runs, send it SIGHUP: it then
    reads rules, certificates and the list of revoked ones again. As root: nft -f
    FOLDER/firewall.nft, so that nobody can keep the broker from the others by sending too much.

    Example:  citybrain broker config --identity /var/lib/citybrain/broker-identity --out
    /var/lib/citybrain/broker --district riverside
    """
    from citybrain.broker.write import write_broker_files
    from citybrain.cli.broker.rules import rules_of
    from citybrain.config.fields import split_address

    try:
        host, port = split_address(listen)
    except ValueError as error:
        raise typer.BadParameter(f"--listen: {error}") from error
    readers = tuple(sensors or ())
    rules = rules_of(identity, tuple(districts or ()), tuple(deny or ()), authority, readers)
    made = write_broker_files(out, identity, rules, host=host, port=port, log_denied=log_denied)
    typer.echo(f"{made.name} serves {', '.join(rules.districts)} on {listen}")
    for name in rules.denied:
        typer.echo(f"denied: {name}")
    typer.echo(f"changed: {', '.join(made.changed) or 'nothing'}")
    typer.echo(f"next: mosquitto -c {made.configuration}   (where it runs: SIGHUP)")
    typer.echo(f"and as root: nft -f {made.firewall}   (bounds what one address may send)")
