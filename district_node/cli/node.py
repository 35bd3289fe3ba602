"""The commands that run a district node, make it the city's, and look at its folder. Thin."""

from pathlib import Path
from typing import Annotated

import typer

from citybrain.system_clock import SystemClock
from district_node.calendars.calendar import WorkingCalendar
from district_node.cli.options import ConfigOption


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


def check(config: ConfigOption) -> None:
    """Check a configuration with its packs, asset files and certificates, name every problem at
    once, and start nothing.

    Example:  citybrain district check --config district.toml
    """
    from citybrain.cli.ca.tier_join import check_certificates
    from citybrain.config.base_map import names_notes, script_notes
    from citybrain.people.door import ensure_not_open
    from district_node.config import own_name_of, read
    from district_node.paging.check import gap_notes
    from district_node.shell.paging.channels import channel_notes

    settings, setup, _ = read(config, checks_map=True)
    folder, listen, provider = Path(settings.data_dir), settings.listen, settings.people.provider
    ensure_not_open(folder, listen.web, provider, configuration=str(config))
    note = _calendar_note(setup.calendar)
    kinds = ", ".join(playbook.kind for playbook in setup.playbooks)
    packs = ", ".join(f"{pack.name} {pack.version}" for pack in setup.packs)
    typer.echo(
        f"{config}: good. District {settings.district} with {len(setup.units)} units; "
        f"packs {packs}; {len(setup.assets)} assets; playbooks for {kinds}."
    )
    if note:
        typer.echo(note)
    offered = {capability for unit in setup.units for capability in unit.capabilities}
    fate = "will always ask the city" if settings.city else "gets nobody: add a unit, or a [city]"
    for playbook in setup.playbooks:
        missing = sorted({need.capability for need in playbook.needs} - offered)
        if missing:
            typer.echo(f"note: no unit here can {', '.join(missing)}; {playbook.kind} {fate}.")
    notes = (*gap_notes(setup.paging), *channel_notes(settings.paging))
    of_map = settings.map.path
    for note in (*notes, *script_notes(of_map), *names_notes(of_map)):
        typer.echo(f"note: {note}.")
    city_tls = settings.city.tls if settings.city else None
    tables = {"broker.tls": settings.broker.tls, "city.tls": city_tls, "listen.tls": listen.tls}
    check_certificates(config, settings.data_dir, tables)
    own_name_of(settings)


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


def _calendar_note(calendar: WorkingCalendar | None) -> str:
    """A line about one that ends soon; raises `ConfigError` for one that has ended."""
    from citybrain.errors import ConfigError, ConfigProblem
    from district_node.calendars.upkeep import upkeep_of

    upkeep = upkeep_of(calendar, SystemClock().now()) if calendar is not None else None
    if upkeep is None:
        return ""
    if upkeep.has_ended:
        problem = ConfigProblem(
            key="calendar.holidays", problem=upkeep.problem, remedy=upkeep.remedy
        )
        raise ConfigError("the working calendar", (problem,))
    return f"note: {upkeep.problem}. {upkeep.remedy}"
