"""The commands `citybrain district …`: a node, and an operator's queue in a terminal. Thin."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from citybrain.cli.node.clock import clock_commands
from citybrain.cli.people.crew_link import crew_link
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import OperatorVerb
from district_node.terminal.allow_outbox import allow_outbox

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="The district node: events in, incidents and crews at work.",
)
incident_app = typer.Typer(
    no_args_is_help=True,
    help="Show one incident, or act on it. Every action carries your name and is kept for ever.",
)
app.add_typer(incident_app, name="incident")
app.command("crew-link")(crew_link)
app.command("allow-outbox")(allow_outbox)
ADDRESS = "127.0.0.1:7101"
app.add_typer(clock_commands("district", ADDRESS), name="clock")

ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="The district's TOML file.")]
AddressOption = Annotated[
    str,
    typer.Option(
        "--address",
        "-a",
        envvar="CITYBRAIN_DISTRICT",
        help="The node's gRPC address: `grpc` under `listen` in its file.",
    ),
]
OperatorOption = Annotated[
    str,
    typer.Option(
        "--operator",
        envvar="CITYBRAIN_OPERATOR",
        help="Who you are (default: the name you are logged in with).",
    ),
]
IncidentArgument = Annotated[
    str, typer.Argument(help="The incident's id, as `citybrain district queue` shows it.")
]
ReasonOption = Annotated[
    str, typer.Option("--reason", "-r", help="Why: kept in the incident's history.")
]


@app.command()
def run(
    config: ConfigOption,
    log_level: Annotated[str, typer.Option(help="DEBUG, INFO, WARNING or ERROR.")] = "INFO",
    new: Annotated[
        bool, typer.Option("--new", help="Begin with nothing, although there was a journal here.")
    ] = False,
) -> None:
    """Run the district node until SIGTERM or Ctrl-C; prints one line `ready …` when it is up.

    Example:  citybrain district run --config district.toml
    """
    import asyncio

    from citybrain.cli.process import log_to_stderr, on_hangup, ready, run_until_signal
    from district_node.config import read
    from district_node.node import DistrictNode, Ports

    settings, setup, words = read(config)
    log_to_stderr(log_level)
    node = DistrictNode(settings, setup, words=words, reread=lambda: read(config), is_new_meant=new)

    def up(ports: Ports) -> None:
        ready(f"district {setup.district}", grpc=ports.grpc, web=ports.web, metrics=ports.metrics)

    async def main(stop: asyncio.Event) -> None:
        on_hangup(node.request_reload)
        await node.run(stop, up)

    run_until_signal(main, node.heartbeat)


@app.command()
def join(
    token: Annotated[
        str,
        typer.Argument(
            help="What `citybrain ca token district/ID` printed; - reads it from stdin."
        ),
    ],
    config: Annotated[
        Path, typer.Option("--config", "-c", help="The district's TOML file.")
    ] = Path("district.toml"),
    identity: Annotated[
        Path | None,
        typer.Option(help="Where the identity goes; left out: `identity` in the data_dir."),
    ] = None,
) -> None:
    """Join as the district node that the token names: make a key here, have it certified, store
    both. No file is edited; run again after a failure, it goes on.

    Example:  citybrain district join cbjoin1_… --config district.toml
    """
    from citybrain.cli.ca.tier_join import join_tier
    from citybrain.domain.principal import Role

    join_tier(token, role=Role.DISTRICT, config=config, identity=identity, id_key="district")


@app.command()
def check(config: ConfigOption) -> None:
    """Check a configuration with its packs, asset files and certificates, name every problem at
    once, and start nothing.

    Example:  citybrain district check --config district.toml
    """
    from citybrain.cli.ca.tier_join import check_certificates
    from citybrain.people.door import ensure_not_open
    from district_node.config import own_name_of, read

    settings, setup, _ = read(config)
    folder, listen, provider = Path(settings.data_dir), settings.listen, settings.people.provider
    ensure_not_open(folder, listen.web, provider, configuration=str(config))
    kinds = ", ".join(playbook.kind for playbook in setup.playbooks)
    packs = ", ".join(f"{pack.name} {pack.version}" for pack in setup.packs)
    typer.echo(
        f"{config}: good. District {settings.district} with {len(setup.units)} units; "
        f"packs {packs}; {len(setup.assets)} assets; playbooks for {kinds}."
    )
    offered = {capability for unit in setup.units for capability in unit.capabilities}
    fate = "will always ask the city" if settings.city else "gets nobody: add a unit, or a [city]"
    for playbook in setup.playbooks:
        missing = sorted({need.capability for need in playbook.needs} - offered)
        if missing:
            typer.echo(f"note: no unit here can {', '.join(missing)}; {playbook.kind} {fate}.")
    city_tls = settings.city.tls if settings.city else None
    tables = {"broker.tls": settings.broker.tls, "city.tls": city_tls, "listen.tls": listen.tls}
    check_certificates(config, settings.data_dir, tables)
    own_name_of(settings)


@app.command()
def queue(
    address: AddressOption = ADDRESS,
    once: Annotated[bool, typer.Option("--once", help="Print it once instead of live.")] = False,
    ended: Annotated[bool, typer.Option("--ended", help="With ended incidents.")] = False,
) -> None:
    """The live queue in priority order, with crews and links; Ctrl-C ends it.

    Example:  citybrain district queue --address 127.0.0.1:7101
    """
    from rich.console import Console
    from rich.live import Live

    from citybrain.api.client.districts import DISTRICT_VIEWS, snapshot_of
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect
    from district_node.terminal.tables import snapshot_table

    clock = SystemClock()
    with connect(address, DISTRICT) as client:
        if once:
            shown = snapshot_of(client.windows(DISTRICT_VIEWS), clock.now())
            Console().print(snapshot_table(shown, ended=ended))
            return
        with Live(screen=True, auto_refresh=False) as live:
            for windows in client.watch(DISTRICT_VIEWS):
                shown = snapshot_of(windows, clock.now())
                live.update(snapshot_table(shown, ended=ended), refresh=True)


@app.command()
def report(
    kind: Annotated[str, typer.Option("--kind", "-k", help="What happened, e.g. crowding.")],
    at: Annotated[str, typer.Option("--at", help="Where: LATITUDE,LONGITUDE in degrees.")],
    text: Annotated[str, typer.Option("--text", "-t", help="In the reporter's words.")],
    contact: Annotated[str, typer.Option(help="A phone number or address to call back.")] = "",
    reporter: Annotated[
        str, typer.Option(help="Who saw it: citizen, crew or operator.")
    ] = "citizen",
    severity: Annotated[str, typer.Option(help="Extreme, Severe, Moderate or Minor.")] = "Moderate",
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
) -> None:
    """Report what somebody saw; prints the incident that it opened or joined.

    Example:  citybrain district report --kind crowding --at 30.66,104.06 --text "a crowd"
    """
    from citybrain.api.client.incidents import whole_incident_of
    from citybrain.api.methods import DISTRICT
    from citybrain.api.resources.elements import place_message
    from citybrain.cli.identity.connection import connect
    from district_node.errors import ActionRefusedError
    from district_node.terminal.options import place_of, reporter_of, severity_of
    from district_node.terminal.report_note import unknown_kind_note

    with connect(address, DISTRICT) as client:
        outcome = client.call(
            "Report",
            request_id=RandomIds().token(),
            actor=operator or getpass.getuser(),
            reporter=reporter_of(reporter).value,
            kind=kind,
            place=place_message(place_of(at)),
            text=text,
            contact=contact,
            severity=severity_of(severity).value,
        )
        if not outcome.done or not outcome.incident:
            raise ActionRefusedError("report", kind, outcome.reason, outcome.detail)
        typer.echo(f"reported: {outcome.incident}")
        found = whole_incident_of(client.call("GetIncident", incident=outcome.incident))
        note = unknown_kind_note(found, kind)
    if note:
        typer.echo(note, err=True)


@app.command()
def quarantine(
    config: ConfigOption, last: Annotated[int, typer.Option(help="How many of the newest.")] = 50
) -> None:
    """The messages that were quarantined, and why. Reads the node's folder; the node may be running
    or not.

    Example:  citybrain district quarantine --config district.toml --last 20
    """
    from rich.console import Console

    from district_node.config import read
    from district_node.shell.quarantine import read_quarantine
    from district_node.terminal.tables import quarantine_table

    messages = read_quarantine(Path(read(config).config.data_dir))
    if not messages:
        typer.echo("nothing was quarantined")
        return
    Console().print(quarantine_table(messages[-last:]))


@incident_app.command()
def show(incident: IncidentArgument, address: AddressOption = ADDRESS) -> None:
    """One incident: what it rests on, needs, clocks, history.

    Example:  citybrain district incident show inc-riverside-12
    """
    from rich.console import Console

    from citybrain.api.client.incidents import whole_incident_of
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect
    from citybrain.errors import RpcError
    from citybrain.rpc.errors import NotFoundError
    from district_node.terminal.tables import incident_view

    try:
        with connect(address, DISTRICT) as client:
            found = whole_incident_of(client.call("GetIncident", incident=incident))
    except RpcError as error:
        if error.code != "NOT_FOUND":
            raise
        raise NotFoundError(
            f"this district shows no incident {incident!r}. "
            "`citybrain district queue --ended` lists what it shows."
        ) from error
    Console().print(incident_view(found, SystemClock().now()))


@incident_app.command("open")
def open_(
    incident: IncidentArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
) -> None:
    """Open a report, take up a deferred incident, or open a handled or closed one again.

    Example:  citybrain district incident open inc-riverside-12
    """
    _act(OperatorVerb.OPEN, incident, address, operator, reason)


@incident_app.command()
def assign(
    incident: IncidentArgument,
    unit: Annotated[str, typer.Argument(help="The unit's id.")],
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
) -> None:
    """Send an own unit that is free.

    Example:  citybrain district incident assign inc-riverside-12 riverside-2
    """
    _act(OperatorVerb.ASSIGN, incident, address, operator, reason, unit=unit)


@incident_app.command()
def verify(
    incident: IncidentArgument,
    reason: ReasonOption,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
) -> None:
    """Say that a handled incident was seen fixed; it closes under your name.

    Example:  citybrain district incident verify inc-riverside-12 --reason "seen on the spot"
    """
    _act(OperatorVerb.VERIFY, incident, address, operator, reason)


@incident_app.command()
def close(
    incident: IncidentArgument,
    reason: ReasonOption,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
) -> None:
    """Close an incident under your name, whatever its stage; crews that are not there yet are
    called back.

    Example:  citybrain district incident close inc-riverside-12 --reason "sent home"
    """
    _act(OperatorVerb.CLOSE, incident, address, operator, reason)


@incident_app.command()
def reject(
    incident: IncidentArgument,
    reason: ReasonOption,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
) -> None:
    """Reject an incident that is none.

    Example:  citybrain district incident reject inc-riverside-12 --reason "a shadow"
    """
    _act(OperatorVerb.REJECT, incident, address, operator, reason)


@incident_app.command()
def escalate(
    incident: IncidentArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
) -> None:
    """Ask the city for every place that is still open.

    Example:  citybrain district incident escalate inc-riverside-12
    """
    _act(OperatorVerb.ESCALATE, incident, address, operator, reason)


@incident_app.command()
def defer(
    incident: IncidentArgument,
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    reason: ReasonOption = "",
) -> None:
    """Put an incident aside: its clocks rest until it is opened again.

    Example:  citybrain district incident defer inc-riverside-12 --reason "waits for the owner"
    """
    _act(OperatorVerb.DEFER, incident, address, operator, reason)


def _act(
    verb: OperatorVerb,
    incident: str,
    address: str,
    operator: str,
    reason: str,
    *,
    unit: str = "",
) -> None:
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
            unit=unit or None,
        )
    if not outcome.done:
        raise ActionRefusedError(verb, incident, outcome.reason, outcome.detail)
    typer.echo(f"{incident}: {verb} done")
