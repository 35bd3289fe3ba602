"""The files of a case as a table of a terminal."""

from collections.abc import Iterable

from rich import box
from rich.table import Table
from rich.text import Text

from citybrain.api.client.attachments import AttachmentShown
from citybrain.clock import iso

KIB = 1024


def attachment_table(attachments: Iterable[AttachmentShown]) -> Table:
    """A row each; what cannot be fetched says why."""
    table = Table(title="files", title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("file", no_wrap=True, overflow="ignore")
    for name in ("time", "who", "name", "type", "size", "state"):
        table.add_column(name, overflow="fold")
    for one in attachments:
        cells = (
            one.attachment,
            iso(one.at)[5:19].replace("T", " "),
            one.actor,
            one.name,
            one.media_type,
            f"{-(-one.size // KIB)} KiB",
            f"{one.state} by {one.redacted}" if one.redacted else one.state,
        )
        table.add_row(*(Text(cell) for cell in cells))  # names of people are no markup
    return table
