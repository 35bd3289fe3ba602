"""`citybrain adapter …`: runs an adapter of an installed package."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.callback()
def adapter() -> None:
    """Adapters: programs that speak for a foreign system with a district, each a principal of its
    own.

    Example:  citybrain adapter run acme-cases --config cases.toml
    """


@app.command()
def run(
    name: Annotated[str, typer.Argument(help="The adapter, as `citybrain plugins list` shows it.")],
    config: Annotated[
        Path, typer.Option("--config", "-c", metavar="FILE", help="The adapter's configuration.")
    ],
    log_level: Annotated[
        str, typer.Option(help="DEBUG, INFO, WARNING or ERROR; the log goes to stderr.")
    ] = "INFO",
) -> None:
    """Run an adapter until it has ended, Ctrl-C or SIGTERM; prints one line `ready …` when it
    begins.

    The district may be away: what is reported waits for it. An adapter that fails is run again
    after a pause. Exit code 2 when the configuration has problems, 1 when there is no such adapter.

    Example:  citybrain adapter run acme-cases --config cases.toml
    """
    from citybrain.cli.adapter_run import run_adapter

    run_adapter(name, config, log_level)
