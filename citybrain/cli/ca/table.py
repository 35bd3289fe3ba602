"""What `citybrain ca list` prints."""

from collections.abc import Iterable

from rich import box
from rich.table import Table

from citybrain.ca.store import CertificateRow, TokenRow
from citybrain.clock import Timestamp
from citybrain.enrolment.certificates import date_text


def certificates_table(
    rows: tuple[CertificateRow, ...], now: Timestamp, *, everything: bool
) -> Table:
    """Each name's newest certificate; with `everything` all that are remembered."""
    table = Table(box=box.SIMPLE, title="certificates", title_justify="left")
    for column in ("name", "state", "until", "serial", "hosts", "reason"):
        table.add_column(column, overflow="fold")
    newest = {row.name: row for row in rows}  # they come by name and age
    for row in rows if everything else newest.values():
        table.add_row(
            row.name,
            _state(row, now),
            date_text(row.valid_until),
            row.serial,
            " ".join(row.hosts),
            row.reason,
        )
    return table


def tokens_table(rows: Iterable[TokenRow], now: Timestamp) -> Table:
    """The tokens that could still be used."""
    table = Table(box=box.SIMPLE, title="open tokens", title_justify="left")
    for column in ("name", "until", "replaces", "hosts"):
        table.add_column(column, overflow="fold")
    for row in rows:
        if row.used_at is None and row.withdrawn_at is None and row.expires_at > now:
            table.add_row(row.name, date_text(row.expires_at), row.replaces, " ".join(row.hosts))
    return table


def _state(row: CertificateRow, now: Timestamp) -> str:
    if row.revoked_at is not None:
        return f"revoked at {date_text(row.revoked_at)}"
    return "good" if now <= row.valid_until else "expired"
