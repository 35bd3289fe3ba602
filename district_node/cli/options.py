"""The options that several commands of `citybrain district` have."""

from pathlib import Path
from typing import Annotated

import typer

ADDRESS = "127.0.0.1:7101"

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
    str,
    typer.Argument(
        help="The case's number (R-1130-07, as `citybrain district queue` shows it), or its id."
    ),
]
IncidentsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="INCIDENT...",
        help="The cases' numbers or ids, each answered by itself; - reads them from standard"
        " input.",
    ),
]
UnitArgument = Annotated[
    str, typer.Argument(help="The unit's name, or enough of it to know which, or its id.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line, for a program.")]
TextOption = Annotated[str, typer.Option("--text", "-t", help="What is written, plain text.")]
ReasonOption = Annotated[
    str, typer.Option("--reason", "-r", help="Why: kept in the incident's history.")
]
DispositionOption = Annotated[
    str,
    typer.Option(
        "--as",
        help="What it turned out to be: fixed, gone, false_alarm, duplicate, not_ours or"
        " not_verifiable (default: what follows from the command).",
    ),
]
ConfirmedOption = Annotated[
    bool, typer.Option("--yes", "-y", help="It is over, although a source still sees it.")
]
