"""The commands `citybrain city …`: run and check a coordinator, show the city, issue or reject a
plan. Thin over the node and a client of its public API.
"""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from citybrain.cli.node.clock import clock_commands
from citybrain.distribution import install_hint
from citybrain.random_ids import RandomIds

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="The coordinator: plans across districts and carries the orders through.",
)
plan_app = typer.Typer(
    no_args_is_help=True,
    help="Show plans, issue or reject one. Every action carries your name and is kept for ever.",
)
app.add_typer(plan_app, name="plan")
ADDRESS = "127.0.0.1:7000"
app.add_typer(clock_commands("city", ADDRESS), name="clock")

ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="The city's TOML file.")]
AddressOption = Annotated[
    str,
    typer.Option(
        "--address",
        "-a",
        envvar="CITYBRAIN_CITY",
        help="The coordinator's gRPC address: `grpc` under `listen` in its file.",
    ),
]
OfficerOption = Annotated[
    str,
    typer.Option(
        "--officer",
        envvar="CITYBRAIN_OFFICER",
        help="Who you are (default: the name you are logged in with).",
    ),
]
PlanArgument = Annotated[
    str, typer.Argument(help="The plan's id, as `citybrain city plan list` shows it.")
]
ReasonOption = Annotated[str, typer.Option("--reason", "-r", help="Why: kept in the journal.")]
# what `watch` shows: windows of the city's lists
WATCHED = (
    {"name": "city", "collection": "city", "key": "city"},
    {"name": "needs", "collection": "needs", "filter": "requested = true", "limit": 20},
    {"name": "plans", "collection": "plans", "limit": 10},
    {"name": "orders", "collection": "orders", "limit": 20},
    {"name": "districts", "collection": "districts", "limit": 200},
)


@app.command()
def run(
    config: ConfigOption,
    log_level: Annotated[str, typer.Option(help="DEBUG, INFO, WARNING or ERROR.")] = "INFO",
    new: Annotated[
        bool, typer.Option("--new", help="Begin with nothing, although there was a journal here.")
    ] = False,
) -> None:
    """Run the coordinator until SIGTERM or Ctrl-C; prints one line `ready …` when it is up. Ray
    starts in the background.

    Example:  citybrain city run --config city.toml
    """
    import asyncio

    from citybrain.cli.process import log_to_stderr, ready, run_until_signal
    from citybrain.system_clock import SystemClock
    from coordinator.config import read
    from coordinator.node import CityNode

    settings, words = read(config)
    log_to_stderr(log_level)
    node = CityNode(settings, clock=SystemClock(), ids=RandomIds(), words=words, is_new_meant=new)

    async def main(stop: asyncio.Event) -> None:
        try:
            ready("city", **await node.start())
            await node.until(stop)
        finally:
            await node.stop()

    run_until_signal(main, node.heartbeat)


@app.command()
def join(
    token: Annotated[
        str,
        typer.Argument(help="What `citybrain ca token city/ID` printed; - reads it from stdin."),
    ],
    config: Annotated[Path, typer.Option("--config", "-c", help="The city's TOML file.")] = Path(
        "city.toml"
    ),
    identity: Annotated[
        Path | None,
        typer.Option(help="Where the identity goes; left out: `identity` in the data_dir."),
    ] = None,
) -> None:
    """Join as the coordinator that the token names: make a key here, have it certified, store
    both. No file is edited; run again after a failure, it goes on.

    Example:  citybrain city join cbjoin1_… --config city.toml
    """
    from citybrain.cli.ca.tier_join import join_tier
    from citybrain.domain.principal import Role

    join_tier(token, role=Role.CITY, config=config, identity=identity, id_key=None)


@app.command()
def check(config: ConfigOption) -> None:
    """Check a configuration and its certificates, name every fault at once, and start nothing.

    Example:  citybrain city check --config city.toml
    """
    import importlib.util

    from citybrain.cli.ca.tier_join import check_certificates
    from citybrain.config.base_map import script_notes
    from citybrain.people.door import ensure_not_open
    from coordinator.config import read

    settings = read(config, checks_map=True).config
    folder, listen, provider = Path(settings.data_dir), settings.listen, settings.people.provider
    ensure_not_open(folder, listen.web, provider, configuration=str(config))
    plans = "issued at once" if settings.plan.issue == "auto" else "proposed"
    typer.echo(f"{config}: good. {settings.name.en} ({settings.name.zh}); plans are {plans}.")
    if settings.ray.mode != "off" and importlib.util.find_spec("ray") is None:
        typer.echo(
            "note: Ray is not installed here; planning will be in-process. Install it with "
            f'{install_hint("city")}, or set [ray] mode = "off".'
        )
    for note in script_notes(settings.map.path):
        typer.echo(f"note: {note}.")
    check_certificates(config, settings.data_dir, {"listen.tls": settings.listen.tls})


@app.command()
def districts(address: AddressOption = ADDRESS) -> None:
    """The districts: which are connected, how old the knowledge of the others is, what they have,
    and how many of their cameras see nothing.

    Example:  citybrain city districts --address 127.0.0.1:7000
    """
    from rich.console import Console

    from citybrain.api.methods import CITY
    from citybrain.cli.identity.connection import connect
    from citybrain.system_clock import SystemClock
    from coordinator.terminal import districts_table

    with connect(address, CITY) as client:
        rows = client.rows("ListDistricts")
    Console().print(districts_table(rows, SystemClock().now()))


@app.command()
def orders(
    address: AddressOption = ADDRESS,
    live: Annotated[bool, typer.Option("--live", help="Only those under way.")] = False,
) -> None:
    """The city's orders, those under way first: how far the city and the crew are with each.

    Example:  citybrain city orders --live
    """
    from rich.console import Console

    from citybrain.api.methods import CITY
    from citybrain.cli.identity.connection import connect
    from citybrain.system_clock import SystemClock
    from coordinator.terminal import orders_table

    with connect(address, CITY) as client:
        rows = client.rows("ListOrders", filter="live = true" if live else "")
    Console().print(orders_table(rows, SystemClock().now()))


@app.command()
def needs(
    address: AddressOption = ADDRESS,
    requested: Annotated[
        bool, typer.Option("--requested", help="Only those that a district asks the city for.")
    ] = False,
) -> None:
    """Who waits: the places of cases that nobody is sent to, those asked of the city first, how
    late they are, and why.

    Example:  citybrain city needs --requested
    """
    from rich.console import Console

    from citybrain.api.methods import CITY
    from citybrain.cli.identity.connection import connect
    from citybrain.system_clock import SystemClock
    from coordinator.terminal import needs_table

    with connect(address, CITY) as client:
        rows = client.rows("ListNeeds", filter="requested = true" if requested else "")
    Console().print(needs_table(rows, SystemClock().now()))


@app.command()
def watch(address: AddressOption = ADDRESS) -> None:
    """The city live: districts, plans, orders; Ctrl-C ends it.

    Example:  citybrain city watch --address 127.0.0.1:7000
    """
    from rich.live import Live

    from citybrain.api.methods import CITY
    from citybrain.cli.identity.connection import connect
    from citybrain.system_clock import SystemClock
    from coordinator.terminal import city_overview

    clock = SystemClock()
    with connect(address, CITY) as client, Live(screen=True, auto_refresh=False) as live:
        for windows in client.watch(WATCHED):
            city = windows.values("city")
            if not city:
                continue
            shown = city_overview(
                city[0],
                plans=windows.values("plans"),
                needs=windows.values("needs"),
                orders=windows.values("orders"),
                districts=windows.values("districts"),
                at=clock.now(),
            )
            live.update(shown, refresh=True)


@plan_app.command("list")
def list_plans(address: AddressOption = ADDRESS) -> None:
    """The newest plans: stage, orders, cost, proved bound, who planned.

    Example:  citybrain city plan list
    """
    from rich.console import Console

    from citybrain.api.methods import CITY
    from citybrain.cli.identity.connection import connect
    from citybrain.system_clock import SystemClock
    from coordinator.terminal import plans_table

    with connect(address, CITY) as client:
        rows = client.rows("ListPlans")
    Console().print(plans_table(rows, SystemClock().now()))


@plan_app.command()
def show(plan: PlanArgument, address: AddressOption = ADDRESS) -> None:
    """One plan: every order with its rationale and the next best, and why slots stay empty.

    Example:  citybrain city plan show plan-city.5f0c11aa-128
    """
    from rich.console import Console

    from citybrain.api.methods import CITY
    from citybrain.cli.identity.connection import connect
    from citybrain.errors import RpcError
    from citybrain.system_clock import SystemClock
    from coordinator.terminal import plan_details

    with connect(address, CITY) as client:
        try:
            found = client.call("GetPlan", plan=plan)
        except RpcError as error:
            if error.code != "NOT_FOUND":
                raise
            raise typer.BadParameter(
                f"there is no plan {plan}. `citybrain city plan list` shows those there are."
            ) from error
    Console().print(plan_details(found, SystemClock().now()))


@plan_app.command()
def issue(
    plan: PlanArgument,
    address: AddressOption = ADDRESS,
    officer: OfficerOption = "",
    reason: ReasonOption = "",
) -> None:
    """Issue a plan: its orders go to their owners at once.

    Example:  citybrain city plan issue plan-city.5f0c11aa-128
    """
    _act(plan, address, officer, reason, issue=True)


@plan_app.command()
def reject(
    plan: PlanArgument,
    reason: ReasonOption,
    address: AddressOption = ADDRESS,
    officer: OfficerOption = "",
) -> None:
    """Reject a plan, with a reason.

    Example:  citybrain city plan reject plan-city.5f0c11aa-128 --reason "others are on the scene"
    """
    _act(plan, address, officer, reason, issue=False)


def _act(plan: str, address: str, officer: str, reason: str, *, issue: bool) -> None:
    from citybrain.api.methods import CITY
    from citybrain.cli.identity.connection import connect

    with connect(address, CITY) as client:
        outcome = client.call(
            "Act",
            request_id=RandomIds().token(),
            actor=officer or getpass.getuser(),
            plan=plan,
            verb="issue" if issue else "reject",
            reason=reason,
        )
    if not outcome.done:
        typer.echo(f"not done ({outcome.reason}): {outcome.detail}", err=True)
        raise typer.Exit(1)
    typer.echo(f"{plan} is {'issued' if issue else 'rejected'}")
