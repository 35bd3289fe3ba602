"""`citybrain backup`: copies of a district's or the city's journal, made while the node is up,
found whole, and put back."""

from pathlib import Path
from typing import Annotated

import typer

from citybrain.attached_files import copy_attached
from citybrain.clock import iso
from citybrain.distribution import installed_version
from citybrain.journal.sqlite_backup import Manifest, back_up, restore, verify_backup
from citybrain.people.backup import copy_accounts
from citybrain.system_clock import SystemClock

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Backups of a district's or the city's journal: create, verify and restore them.",
)

BackupArgument = Annotated[
    Path, typer.Argument(help="A backup's folder, as `create` printed it.", show_default=False)
]


@app.command()
def create(
    data: Annotated[
        Path,
        typer.Argument(help="The node's data_dir, for example run/riverside", show_default=False),
    ],
    to: Annotated[Path, typer.Option(help="The folder of the backups, best on another disk.")],
    keep: Annotated[
        int, typer.Option(min=0, help="Drop all but so many of this node; 0: drop none.")
    ] = 0,
) -> None:
    """Copy a journal while its node is up, walk the copy as a start would, and only then call it a
    backup; the accounts of the node's people and the files attached to its cases go with it. A
    timer may run it: exit code 1, and what was wrong, where no backup was made.

    Example:  citybrain backup create run/riverside --to /var/backups/citybrain --keep 14
    """
    made, manifest = back_up(
        data,
        to=to,
        at=SystemClock().now(),
        software_version=installed_version(),
        keep=keep,
        beside=_copy_beside,
        on_progress=_progress,
    )
    typer.echo(f"{made}: {_line(manifest)}")


@app.command()
def verify(
    backups: Annotated[list[Path], typer.Argument(help="Backups' folders.", show_default=False)],
) -> None:
    """Walk backups, their hash chain, pages and newest snapshot, and compare them with their
    manifests. Exit code 1 names what does not fit.

    Example:  citybrain backup verify /var/backups/citybrain/riverside-20260101T030000.000000Z
    """
    for backup in backups:
        typer.echo(f"{backup}: whole. {_line(verify_backup(backup))}")


@app.command("restore")
def restore_command(
    backup: BackupArgument,
    to: Annotated[Path, typer.Option(help="The node's data_dir; it must hold no journal.")],
) -> None:
    """Put a backup back into the data folder of a node that is stopped. The node knows at its next
    start that its store went back in time: it takes another epoch, and agrees with its peers anew.

    Example:  citybrain backup restore riverside-20260101T030000.000000Z --to run/riverside
    """
    manifest = restore(backup, to=to)
    typer.echo(f"{to}: {_line(manifest)}")
    typer.echo(
        "Start its node: it journals another epoch first, and its peers tell it what it lost."
    )


def _copy_beside(data: Path, to: Path) -> None:
    copy_accounts(data, to)
    for name in copy_attached(data, to):
        typer.echo(
            f"note: the attached file {name} is damaged on the disk and was left out; an older"
            " backup may have it.",
            err=True,
        )


def _line(manifest: Manifest) -> str:
    return (
        f"{manifest.height} records, head {manifest.head_hash}, epoch {manifest.epoch}, as of"
        f" {iso(manifest.made_at)}"
    )


def _progress(done: int, of: int) -> None:
    if done < of:
        typer.echo(f"{done} of {of} pages\r", err=True, nl=False)
