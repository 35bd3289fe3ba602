"""The commands `citybrain district incident attach …`, `fetch` and `redact`: files of cases.
Thin.
"""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from citybrain.random_ids import RandomIds
from citybrain.vocabulary import OperatorVerb
from district_node.cli.acting import act
from district_node.cli.options import (
    ADDRESS,
    AddressOption,
    IncidentArgument,
    JsonOption,
    OperatorOption,
)

AttachmentArgument = Annotated[str, typer.Argument(help="The file's id, as `show` lists it.")]


def add_files(incident_app: typer.Typer) -> None:
    """Add these commands to those of one incident."""
    for command in (attach, fetch, redact):
        incident_app.command()(command)


def attach(
    incident: IncidentArgument,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Pictures (JPEG, PNG, GIF, WebP, HEIC) or PDF, at most 8 MiB each.",
            exists=True,
            dir_okay=False,
            readable=True,
        ),
    ],
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    as_json: JsonOption = False,
) -> None:
    """Attach files to a case, where the district takes any. Each is answered by itself; the same
    file twice is one.

    Example:  citybrain district incident attach R-1130-07 manhole.jpg
    """
    from citybrain.api.json_text import json_of
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect
    from district_node.errors import ActionRefusedError

    ids, actor = RandomIds(), operator or getpass.getuser()
    refused = []
    with connect(address, DISTRICT) as client:
        for path in files:
            with path.open("rb") as file:
                outcome = client.send(
                    "Attach",
                    file,
                    request_id=ids.token(),
                    incident=incident,
                    actor=actor,
                    name=path.name,
                )
            if as_json:
                typer.echo(json_of(outcome))
            elif outcome.done:
                typer.echo(f"{incident}: {path.name}. {outcome.detail}")
            if not outcome.done:
                refused.append((path.name, outcome))
    if not refused:
        return
    if as_json:
        raise typer.Exit(1)
    for name, outcome in refused[:-1]:
        typer.echo(f"{name} was not attached ({outcome.reason}). {outcome.detail}", err=True)
    name, outcome = refused[-1]
    raise ActionRefusedError(f"attach of {name}", incident, outcome.reason, outcome.detail)


def fetch(
    incident: IncidentArgument,
    attachment: AttachmentArgument,
    to: Annotated[
        Path | None,
        typer.Option(help="The file or folder to write (default: its name, here)."),
    ] = None,
    address: AddressOption = ADDRESS,
    as_json: JsonOption = False,
) -> None:
    """Write a file of a case to this machine. What is there already is not overwritten.

    Example:  citybrain district incident fetch R-1130-07 file-riverside-40 --to manhole.jpg
    """
    from citybrain.api.json_text import json_of
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect

    with connect(address, DISTRICT) as client:
        pieces = client.stream("GetAttachment", incident=incident, attachment=attachment)
        what = next(pieces).attachment
        path = to / what.name if to is not None and to.is_dir() else to or Path(what.name)
        try:
            file = path.open("xb")
        except OSError as error:
            raise typer.BadParameter(
                f"{path} cannot be written: {error.strerror}. Name another with --to."
            ) from error
        is_whole = False
        try:
            with file:
                for piece in pieces:
                    file.write(piece.data)
            is_whole = True
        finally:
            if not is_whole:
                path.unlink(missing_ok=True)
    typer.echo(json_of(what) if as_json else f"{path}: {what.media_type}, {what.size} bytes")


def redact(
    incident: IncidentArgument,
    attachment: AttachmentArgument,
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why: the case shows it.")],
    address: AddressOption = ADDRESS,
    operator: OperatorOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take a file of a case back: its bytes are removed for good, the line that names it stays.

    Example:  citybrain district incident redact R-1130-07 file-riverside-40 -r "shows a face"
    """
    act(
        OperatorVerb.REDACT,
        [incident],
        address,
        operator,
        reason,
        as_json=as_json,
        attachment=attachment,
    )
