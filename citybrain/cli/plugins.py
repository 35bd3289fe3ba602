"""`citybrain plugins …`: what the installed packages add, and whether it can be used."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
EXIT_UNUSABLE = 1


@app.callback()
def plugins() -> None:
    """Plugins: adapters, detectors, sources and scene packs of installed packages.

    Example:  citybrain plugins list
    """


@app.command("list")
def list_(
    group: Annotated[
        str, typer.Option(help="Only adapters, detectors, sources or packs; all when left out.")
    ] = "",
    imports: Annotated[
        bool, typer.Option("--load/--no-load", help="Import each to see whether it can be used.")
    ] = True,
    adapters: Annotated[
        list[Path] | None,
        typer.Option(
            "--adapter",
            metavar="FILE",
            help="An adapter's configuration: show how that adapter is; may be given again.",
        ),
    ] = None,
) -> None:
    """Every plugin: group, name, the distribution that it comes from, and whether it can be used or
    why not.

    A node imports only those that its own configuration names; this command imports all, unless
    --no-load. Exit code 1 when one cannot be used, or an adapter that was asked for does not run.

    Example:  citybrain plugins list --group adapters --adapter cases.toml
    """
    from citybrain.cli.adapter_table import print_adapters
    from citybrain.cli.plugin_table import print_plugins

    are_usable = print_plugins(group, is_loading=imports)
    are_running = print_adapters(adapters or [])
    if not (are_usable and are_running):
        raise typer.Exit(EXIT_UNUSABLE)
