"""`citybrain ca …`: the city's own certificate authority. Thin over `citybrain.ca` and
`citybrain.enrolment`, which are imported when a command needs them.
"""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

DirOption = Annotated[
    Path,
    typer.Option(
        "--dir", "-d", metavar="FOLDER", envvar="CITYBRAIN_CA", help="The authority's folder."
    ),
]
NameArgument = Annotated[
    str, typer.Argument(metavar="ROLE/ID", help="Who: for example box/box-a1, district/riverside.")
]
FOLDER = Path("ca")
TOKEN_HOURS = 48
SERVERS = ("broker", "district", "city")  # whoever asks them checks their hosts
# By these the documented commands reach what listens on the machine they are typed on.
OWN_MACHINE = ("127.0.0.1", "localhost")
TIERS = {"box": "street join", "district": "district join", "city": "city join"}


@app.callback()
def ca() -> None:
    """The city's own certificate authority: every box, node, person and program gets a name that it
    can prove.

    On one machine of the city, once:  citybrain ca init, then citybrain ca serve (and leave it
    running). For each box:  citybrain ca token, and on the box  citybrain street join TOKEN.

    Example:  citybrain ca token box/box-a1
    """


@app.command()
def init(
    city: Annotated[str, typer.Option("--city", help="The city's id in every name.")],
    address: Annotated[
        str,
        typer.Option(
            "--address",
            metavar="HOST:PORT",
            help="Where boxes will reach `citybrain ca serve`; it stands in every token.",
        ),
    ],
    folder: DirOption = FOLDER,
) -> None:
    """Make the authority: a root that every box will trust, and the key that signs below it.

    Back up the folder, and move root-key.pem to a medium that is locked away: nothing here needs it
    until the issuing key is replaced, in ten years.

    Example:  citybrain ca init --city chengdu --address ca.chengdu.example:7443
    """
    from citybrain.ca.authority import is_host
    from citybrain.ca.folder import ROOT_KEY, make_authority
    from citybrain.domain.principal import Role
    from citybrain.enrolment.certificates import fingerprint
    from citybrain.identity.errors import AuthorityError
    from citybrain.identity.name import name_of
    from citybrain.identity.token import is_address
    from citybrain.random_ids import RandomIds
    from citybrain.system_clock import SystemClock

    name_of(city, Role.AUTHORITY, "enrolment")  # raises where the city's id cannot stand in a name
    if not is_address(address) or not is_host(address.rpartition(":")[0].strip("[]")):
        raise AuthorityError(
            f"{address!r} is no HOST:PORT. Give what boxes can reach, for example"
            " ca.chengdu.example:7443 or 10.0.0.2:7443."
        )
    root = make_authority(
        folder, city=city, address=address, now=SystemClock().now(), ids=RandomIds()
    )
    typer.echo(f"made the authority of {city} in {folder}; root {fingerprint(root)}")
    typer.echo(f"move {folder / ROOT_KEY} to a medium that is locked away")
    port = address.rpartition(":")[2]
    typer.echo(f"next: citybrain ca serve --dir {folder} --listen 0.0.0.0:{port}")


@app.command()
def token(
    name: NameArgument = "",
    hosts: Annotated[
        list[str] | None,
        typer.Option(
            "--host",
            metavar="HOST",
            help="A host name or address that others reach it by: for whatever listens (broker,"
            " district, city). May be given again; its own machine may always say 127.0.0.1.",
        ),
    ] = None,
    replaces: Annotated[
        str,
        typer.Option(
            "--replaces",
            metavar="BOX",
            help="Whose certificates end when this token is used: a box whose key is lost, or"
            " ROLE/ID. Without a name of its own the token is for the same name.",
        ),
    ] = "",
    hours: Annotated[int, typer.Option(help="How long it can be used.")] = TOKEN_HOURS,
    folder: DirOption = FOLDER,
) -> None:
    """Make a one-time token and print it, alone, on stdout. It says who joins, where, and which
    root to trust there; whoever has it can join once under that name. A hash of it is stored.

    Example:  citybrain ca token box/box-a1

    A node:   citybrain ca token district/riverside --host 10.0.0.5 --host riverside.example

    New card: citybrain ca token --replaces box-a1     (the hosts stay where none is given)
    """
    from citybrain.ca.authority import Authority
    from citybrain.domain.principal import PERSON_ROLES
    from citybrain.identity.name import parse_short
    from citybrain.identity.token import encode_token
    from citybrain.random_ids import RandomIds
    from citybrain.system_clock import SystemClock

    if not name and not replaces:
        raise typer.BadParameter("say who joins: ROLE/ID, for example box/box-a1")
    authority = Authority(folder, clock=SystemClock(), ids=RandomIds())
    if replaces and "/" not in replaces:  # most are boxes
        replaces = f"box/{replaces}"
    old = parse_short(authority.city, replaces) if replaces else None
    who = parse_short(authority.city, name or replaces)
    if not hosts and old == who:
        hosts = list(authority.hosts_of(who))
    elif hosts and who.role in SERVERS:
        hosts = [*hosts, *OWN_MACHINE]
    made = authority.new_token(who, hosts=hosts or (), hours=hours, replaces=old)
    authority.close()
    typer.echo(encode_token(made))
    if not hosts and who.role in SERVERS:
        typer.echo("note: without --host nobody can check it as a server", err=True)
    command = "login" if who.role in PERSON_ROLES else TIERS.get(who.role, "ca join")
    typer.echo(f"for {who}, once, within {hours} hours: citybrain {command} TOKEN", err=True)


@app.command("list")
def list_(
    everything: Annotated[
        bool, typer.Option("--all", help="Also certificates that a newer one of the name follows.")
    ] = False,
    folder: DirOption = FOLDER,
) -> None:
    """Who has a certificate, until when, who is revoked, and which tokens are open.

    Example:  citybrain ca list --all
    """
    from rich.console import Console

    from citybrain.ca.authority import Authority
    from citybrain.cli.ca.table import certificates_table, tokens_table
    from citybrain.random_ids import RandomIds
    from citybrain.system_clock import SystemClock

    clock = SystemClock()
    authority = Authority(folder, clock=clock, ids=RandomIds())
    certificates, tokens = authority.store.certificates(), authority.store.tokens()
    authority.close()
    console = Console(width=None if Console().is_terminal else 200)
    console.print(certificates_table(certificates, clock.now(), everything=everything))
    console.print(tokens_table(tokens, clock.now()))


@app.command()
def revoke(
    name: NameArgument,
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why: kept, and shown in lists.")],
    folder: DirOption = FOLDER,
) -> None:
    """End every certificate and open token of a name, now. Written at once: crl.pem for a broker
    (which reads it on SIGHUP), denied.json for whoever asks. Districts and the city fetch it within
    a minute, a broker when it is told to.

    The name can join again with a new token; its broker must be told of that, too.

    Example:  citybrain ca revoke box/box-a1 --reason "stolen from the cabinet"
    """
    from citybrain.ca.authority import Authority
    from citybrain.identity.name import parse_short
    from citybrain.random_ids import RandomIds
    from citybrain.system_clock import SystemClock

    authority = Authority(folder, clock=SystemClock(), ids=RandomIds())
    who = parse_short(authority.city, name)
    ended = authority.revoke(who, reason)
    authority.close()
    typer.echo(f"revoked {who}: {ended} certificate(s) ended now")
    typer.echo(
        "next: `citybrain broker config …` again at each broker, and SIGHUP (its units: hourly)"
    )


@app.command()
def serve(
    listen: Annotated[
        str,
        typer.Option(
            metavar="HOST:PORT", help="Where to listen; boxes reach it by the address of `init`."
        ),
    ] = "0.0.0.0:7443",
    folder: DirOption = FOLDER,
    log_level: Annotated[str, typer.Option(help="DEBUG, INFO, WARNING or ERROR.")] = "INFO",
) -> None:
    """Run the enrolment port until SIGTERM or Ctrl-C; prints one line `ready …` when it is up.

    HTTPS with two methods: join (a token and a key become a certificate) and renew (proved by the
    known key, also when the certificate has expired). Nothing else is served. Every refusal is a
    line of the log.

    Example:  citybrain ca serve --listen 0.0.0.0:7443
    """
    import asyncio

    from citybrain.ca.authority import Authority
    from citybrain.ca.port import EnrolmentPort
    from citybrain.cli.process import log_to_stderr, ready, run_until_signal
    from citybrain.random_ids import RandomIds
    from citybrain.system_clock import SystemClock

    authority = Authority(folder, clock=SystemClock(), ids=RandomIds())
    log_to_stderr(log_level)

    async def main(stop: asyncio.Event) -> None:
        port = EnrolmentPort(authority, ids=RandomIds())
        try:
            ready(f"ca {authority.city}", enrolment=await port.start(listen))
            await stop.wait()
        finally:
            await port.stop()

    run_until_signal(main)
    authority.close()


IdentityOption = Annotated[
    Path, typer.Option("--identity", "-i", metavar="FOLDER", help="The identity's folder.")
]
IDENTITY = Path("identity")


@app.command()
def join(
    token: Annotated[
        str, typer.Argument(help="What `citybrain ca token` printed; - reads it from stdin.")
    ],
    identity: IdentityOption = IDENTITY,
) -> None:
    """Join as whatever the token says: a broker, a program, a person's client. Boxes and nodes have
    commands of their own (`citybrain street join`), which know the folder.

    The key is made here and never leaves; the authority is checked by the token, before the token's
    secret is sent.

    Example:  citybrain ca join cbjoin1_… --identity /etc/mosquitto/identity
    """
    from citybrain.cli.ca.tier_join import print_joined, read_token
    from citybrain.enrolment.join import join as join_with

    print_joined(join_with(read_token(token), identity), identity)


@app.command()
def renew(identity: IdentityOption = IDENTITY) -> None:
    """Renew the certificate in an identity folder now, also an expired one, and fetch the current
    list of revoked ones. One that is fresh stays.

    Example:  citybrain ca renew --identity /var/lib/citybrain/identity
    """
    from citybrain.enrolment.certificates import date_text, valid_until
    from citybrain.enrolment.join import renew as renew_now

    held = renew_now(identity)
    typer.echo(f"{held.name}: certificate until {date_text(valid_until(held.certificate))}")
