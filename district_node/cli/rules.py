"""The command `citybrain district rules`: how often each rule was right. Thin."""

from typing import Annotated

import typer

from district_node.cli.options import ADDRESS, AddressOption


def rules(
    address: AddressOption = ADDRESS,
    kind: Annotated[str, typer.Option("--kind", "-k", help="Only rules of this kind.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Rules of cameras and sensors by what became of their cases, the least right first.

    Example:  citybrain district rules --kind crowding
    """
    from rich.console import Console

    from citybrain.api.client.rules import counted_rule_of
    from citybrain.api.json_text import json_of
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect
    from district_node.terminal.tables import rules_table

    with connect(address, DISTRICT) as client:
        page = client.call("ListRules", page_size=500, filter=f"kind = {kind}" if kind else "")
    if as_json:
        for row in page.rules:
            typer.echo(json_of(row).decode())
        return
    if not page.rules:
        typer.echo("no case of a rule has ended yet")
        return
    Console().print(rules_table([counted_rule_of(rule) for rule in page.rules]))
