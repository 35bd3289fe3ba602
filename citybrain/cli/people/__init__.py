"""`citybrain people …`: who may sign in at a node's pages. Thin over `citybrain.people`, which is
imported when a command needs it. Works beside the running node, which sees every change at once.
"""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Who may sign in at a node's pages. Without any account nobody has to (lab mode).",
)

DataOption = Annotated[
    Path,
    typer.Option(
        "--data",
        "-d",
        metavar="FOLDER",
        envvar="CITYBRAIN_DATA",
        help="The node's data_dir: each district and the city have their own people.",
    ),
]
NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="The name, as screens and histories show it.")
]
RoleOption = Annotated[
    list[str],
    typer.Option(
        "--role",
        metavar="ROLE",
        help="viewer, operator, supervisor, duty-officer or admin. May be given again.",
    ),
]


@app.command()
def add(name: NameArgument, role: RoleOption, data: DataOption) -> None:
    """Add a person. The password is asked for, or read from the first line of standard input. The
    data folder of a node that was never started is made.

    Example:  citybrain people add "Li Na" --role operator --data run/riverside
    """
    from citybrain.cli.people.opened import opened, role_of
    from citybrain.cli.people.password_entry import read_password

    roles = tuple(map(role_of, role))
    with opened(data, is_made=True) as accounts:
        account = accounts.add(name, roles, read_password(name))
    typer.echo(f"{account.name} may sign in as {', '.join(account.roles)}")


@app.command("list")
def list_(data: DataOption) -> None:
    """The people, with their roles and sessions, those whom a provider outside proved, and the
    programs that have a token.

    Example:  citybrain people list --data run/riverside
    """
    from rich.console import Console

    from citybrain.cli.people.opened import opened_store
    from citybrain.cli.people.tables import accounts_table, federated_table, tokens_table

    console = Console()
    with opened_store(data) as store:
        accounts, sessions, tokens = store.accounts(), store.sessions(), store.tokens()
        federated = store.federated_people()
    if accounts:
        console.print(accounts_table(accounts, sessions))
    elif federated:
        typer.echo("no accounts of this node")
    else:
        typer.echo("no accounts: without a provider outside nobody signs in here (lab mode)")
    if federated:
        console.print(federated_table(federated, sessions))
    if tokens:
        console.print(tokens_table(tokens))


@app.command()
def remove(name: NameArgument, data: DataOption) -> None:
    """Remove a person; the sessions end at once, and what he did stays in the journal. One of a
    provider outside is forgotten here, and comes again while the provider lets him.

    Example:  citybrain people remove "Li Na" --data run/riverside
    """
    from citybrain.cli.people.opened import opened

    with opened(data) as accounts:
        ended = accounts.remove(name)
    typer.echo(f"{name} may not sign in any more; {ended} session(s) ended")


@app.command()
def password(name: NameArgument, data: DataOption) -> None:
    """Give a person another password; the sessions end at once. The password is asked for, or read
    from the first line of standard input.

    Example:  citybrain people password "Li Na" --data run/riverside
    """
    from citybrain.cli.people.opened import opened
    from citybrain.cli.people.password_entry import read_password

    with opened(data) as accounts:
        ended = accounts.set_password(name, read_password(name))
    typer.echo(f"{name} has another password; {ended} session(s) ended")


@app.command()
def link(
    name: NameArgument,
    data: DataOption,
    url: Annotated[
        str,
        typer.Option(
            help="Where the person reaches the pages, e.g. https://queue.riverside.example"
        ),
    ],
) -> None:
    """Print a link that signs one browser in as the person, once, within a quarter of an hour: for
    whoever comes for the first time, or has forgotten the password. It ends one that was made
    before and was not used.

    Example:  citybrain people link "Li Na" --url https://10.0.0.2:8101 --data run/riverside
    """
    from citybrain.cli.people.opened import opened
    from citybrain.people.limits import SIGN_IN_LINK_LIFE
    from citybrain.people.link_address import link_address

    with opened(data) as accounts:
        typer.echo(link_address(url, accounts.new_sign_in_link(name)))
    life = f"{SIGN_IN_LINK_LIFE.value} {SIGN_IN_LINK_LIFE.unit}"
    typer.echo(f"for one browser of {name}, once, within {life}", err=True)


@app.command()
def sessions(data: DataOption) -> None:
    """Who is signed in, since when, and when each session was last used (within a minute).

    Example:  citybrain people sessions --data run/riverside
    """
    from rich.console import Console

    from citybrain.cli.people.opened import opened_store
    from citybrain.cli.people.tables import sessions_table

    with opened_store(data) as store:
        rows, accounts = store.sessions(), store.accounts()
        federated = store.federated_people()
    if not rows:
        typer.echo("nobody is signed in")
        return
    Console().print(sessions_table(rows, accounts, federated))


@app.command()
def revoke(
    data: DataOption,
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="Whose sessions end; the account stays.")
    ] = "",
    unit: Annotated[
        str, typer.Option(help="The unit whose phones' sessions and open link end.")
    ] = "",
    token: Annotated[str, typer.Option(help="The program whose token ends.")] = "",
    everybody: Annotated[bool, typer.Option("--all", help="Every session ends.")] = False,
) -> None:
    """End sessions, or a program's token, now: open pages and streams too.

    Example:  citybrain people revoke "Li Na" --data run/riverside

    A lost phone:  citybrain people revoke --unit riverside-2 --data run/riverside
    """
    from citybrain.cli.people.opened import opened
    from citybrain.ids import UnitId

    if [bool(name), bool(unit), bool(token), everybody].count(True) != 1:
        raise typer.BadParameter("give one of NAME, --unit, --token and --all")
    with opened(data) as accounts:
        if token:
            accounts.revoke_token(token)
            typer.echo(f"the token of {token} is worth nothing any more")
            return
        if unit:
            ended = accounts.revoke_unit(UnitId(unit))
        else:
            ended = accounts.revoke_all() if everybody else accounts.revoke_person(name)
    typer.echo(f"{ended} session(s) ended")


@app.command("token")
def token_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The program's name.")],
    data: DataOption,
    role: Annotated[
        str,
        typer.Option(
            metavar="ROLE",
            help="source (reads and reports), adapter (acts, too) or auditor (reads alone).",
        ),
    ] = "source",
) -> None:
    """Make a token for a program that speaks over HTTP, and print it, alone, on stdout. A hash of
    it is stored; one that the program had before ends.

    Example:  citybrain people token hotline --role source --data run/riverside
    """
    from citybrain.cli.people.opened import opened, role_of

    with opened(data) as accounts:
        made = accounts.new_token(name, role_of(role))
    typer.echo(made)
    typer.echo(f"for {name} as {role}: send it as authorization: Bearer TOKEN", err=True)
