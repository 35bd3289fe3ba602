"""The commands `citybrain district source …`: cameras and sensors, and what they see."""

import typer

from district_node.cli.options import ADDRESS, AddressOption, JsonOption

source_app = typer.Typer(
    no_args_is_help=True, help="Cameras and sensors: what each sees, where it stands and looks."
)


@source_app.command("list")
def list_(address: AddressOption = ADDRESS, as_json: JsonOption = False) -> None:
    """The district's cameras and sensors: what each sees now, where it stands and looks.

    Example:  citybrain district source list
    """
    from rich.console import Console

    from citybrain.api.json_text import json_of
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect
    from district_node.terminal.source_table import source_table

    with connect(address, DISTRICT) as client:
        if as_json:
            typer.echo(json_of(client.call("ListSources", page_size=500)).decode())
            return
        sources = tuple(client.rows("ListSources"))
    Console().print(source_table(sources))
