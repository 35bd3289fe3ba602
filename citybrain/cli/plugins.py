"""`citybrain plugins …`: what the installed packages add, and whether it can be used."""

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
) -> None:
    """Every plugin: group, name, the distribution that it comes from, and whether it can be used or
    why not.

    A node imports only those that its own configuration names; this command imports all, unless
    --no-load. Exit code 1 when one cannot be used.

    Example:  citybrain plugins list --group sources
    """
    from citybrain.cli.plugin_table import print_plugins

    if not print_plugins(group, is_loading=imports):
        raise typer.Exit(EXIT_UNUSABLE)
