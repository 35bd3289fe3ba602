"""The command `citybrain`: the table of sub-commands, and how errors are shown. Imports a tier only
when its command is called.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from citybrain.cli.lazy_commands import (
    EagerCommandGroup,
    LazyCommand,
    LazyCommandGroup,
    missing_extra,
)
from citybrain.errors import CityBrainError, ConfigError, StoreMissingError

COMMANDS: Mapping[str, LazyCommand] = {
    "demo": LazyCommand(
        target="citysim.demo.cli:app",
        help="One whole city on this machine, on real video.",
        extra="demo",
    ),
    "chaos": LazyCommand(
        target="citysim.chaos.cli:app",
        help="Faults drawn from one seed, on a real city, the laws after each.",
        extra="demo",
    ),
    "street": LazyCommand(
        target="street_agent.cli:app",
        help="The street agent: cameras and sensors in, events out.",
        extra="street",
    ),
    "district": LazyCommand(
        target="district_node.cli:app",
        help="The district node: events in, incidents and orders out.",
        extra="district",
    ),
    "city": LazyCommand(
        target="coordinator.cli:app",
        help="The coordinator: plans across districts and orders units.",
        extra="city",
    ),
    "model": LazyCommand(
        target="models.cli:app", help="Detection models: list, fetch, check.", extra="models"
    ),
    "map": LazyCommand(
        target="maps.cli:app",
        help="The streets under the consoles' maps: build, fetch, show.",
        extra="map",
    ),
    "sim": LazyCommand(
        target="citysim.sim.cli:app",
        help="The whole city in one thread, from one seed: run, replay, shrink.",
        extra="demo",
    ),
    "ca": LazyCommand(
        target="citybrain.cli.ca:app",
        help="The city's certificate authority: tokens, who joined, who is revoked.",
        extra="district",
    ),
    "broker": LazyCommand(
        target="citybrain.cli.broker:app",
        help="The files that the MQTT broker runs with.",
        extra="",
    ),
    "login": LazyCommand(
        target="citybrain.cli.identity.login:app",
        help="Join as a person: the name that commands speak with.",
        extra="district",
    ),
    "people": LazyCommand(
        target="citybrain.cli.people:app",
        help="Who may sign in at a node's pages: accounts, sessions, tokens.",
        extra="district",
    ),
    "pack": LazyCommand(
        target="citybrain.cli.pack:app",
        help="Scene packs: list, make, check, render, prove.",
        extra="",
    ),
    "adapter": LazyCommand(
        target="citybrain.cli.adapter:app",
        help="Runs a program of a package that speaks for a foreign system.",
        extra="district",
    ),
    "plugins": LazyCommand(
        target="citybrain.cli.plugins:app",
        help="What installed packages add: adapters, detectors, sources, packs.",
        extra="",
    ),
    "journal": LazyCommand(
        target="citybrain.cli.journal:app",
        help="A tier's journal: verify its hash chain, show its records.",
        extra="",
    ),
    "backup": LazyCommand(
        target="citybrain.cli.backup:app",
        help="Backups of a journal: create, verify, restore.",
        extra="",
    ),
    "bench": LazyCommand(
        target="citybrain.cli.bench:app",
        help="The benchmarks of a source checkout, as tables of ratios.",
        extra="test",
    ),
}

EXIT_ERROR, EXIT_CONFIG, EXIT_INTERRUPTED = 1, 2, 130


class PathUnusableError(CityBrainError):
    """A file or folder that the system refuses."""


class Commands(LazyCommandGroup):
    """The sub-commands of `citybrain`, each imported when it is called."""

    lazy_commands = COMMANDS


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from citybrain.distribution import installed_version

        print(f"citybrain {installed_version()}")
        raise typer.Exit()


def _speak_as(identity: str | None) -> None:
    """For the part that is called, and for what it starts."""
    if identity is not None:
        os.environ["CITYBRAIN_IDENTITY"] = identity


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version and exit.", is_eager=True, callback=_print_version
        ),
    ] = False,
    identity: Annotated[
        str | None,
        typer.Option(
            "--identity",
            metavar="FOLDER",
            envvar="CITYBRAIN_IDENTITY",
            callback=_speak_as,
            help="Whose name to speak with; left out: that of `citybrain login`. Empty: nobody's.",
        ),
    ] = None,
) -> None:
    """An open, three-tier city brain: street agents see, district nodes act, a coordinator plans
    for the whole city.

    Example:  citybrain demo --duration 90 --headless

    Help on one part:  citybrain district --help
    """


def build_all() -> typer.Typer:
    """The command line with every sub-command imported; raises `MissingExtraError` where one cannot
    be."""

    class AllCommands(EagerCommandGroup):
        lazy_commands = COMMANDS

    whole = typer.Typer(cls=AllCommands, no_args_is_help=True, pretty_exceptions_enable=False)
    whole.callback()(options)
    return whole


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 error, 2 what a person must mend before another
    start (a configuration, the command line, a store that is gone), 130 interrupted."""
    args = list(sys.argv[1:] if arguments is None else arguments)
    try:
        typer.main.get_command(app)(args=args, prog_name="citybrain")
    except (ConfigError, StoreMissingError) as error:  # a start again would not mend it
        _fail(error, args, EXIT_CONFIG)
    except CityBrainError as error:
        _fail(error, args, EXIT_ERROR)
    except ModuleNotFoundError as error:
        name = next((arg for arg in args if arg in COMMANDS), "")
        if name not in COMMANDS:
            raise
        _fail(missing_extra(name, COMMANDS[name], error), args, EXIT_ERROR)
    except OSError as error:
        if not error.filename:
            raise
        _fail(
            PathUnusableError(
                f"{error.filename} cannot be used: {error.strerror}. Give another path, or the user"
                " of this process its rights there."
            ),
            args,
            EXIT_ERROR,
        )
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)


def _fail(error: CityBrainError, args: Sequence[str], code: int) -> None:
    if "--debug" in args:
        raise error
    print(f"citybrain: {error}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
