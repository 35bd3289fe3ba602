"""The command `citybrain district crew-link`, one of those that say who may come in."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def crew_link(
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="The unit's id.")],
    config: Annotated[Path, typer.Option("--config", "-c", help="The district's TOML file.")],
    url: Annotated[
        str,
        typer.Option(
            help="Where the phone reaches the pages, e.g. https://queue.riverside.example; left"
            " out: `web` under `listen`."
        ),
    ] = "",
) -> None:
    """Print a link that makes one phone the unit's, once, within a day; as a QR code, too. It
    ends the link that was made before and was not used.

    The phone then sees and answers for that unit alone: `citybrain people revoke --unit UNIT` ends
    it.

    Example:  citybrain district crew-link riverside-2 --config district.toml
    """
    from citybrain.cli.people.opened import opened
    from citybrain.config.load import read_toml
    from citybrain.ids import UnitId

    raw = read_toml(config)
    _check_unit(raw, unit, config)
    base = url.rstrip("/") or _served(raw)
    with opened(Path(str(raw.get("data_dir", "")))) as accounts:
        link = f"{base}/crew-link/{accounts.new_link(UnitId(unit))}"
    typer.echo(link)
    _print_qr(link)
    typer.echo(f"for one phone of {unit}, once, within 24 hours", err=True)


def _check_unit(raw: dict[str, object], unit: str, config: Path) -> None:
    from citybrain.people.errors import PeopleError

    tables = raw.get("unit", [])
    units = tables if isinstance(tables, list) else []
    known = {one.get("id") for one in units if isinstance(one, dict)}
    if unit not in known:
        raise PeopleError(f"{config} has no unit {unit!r}. Give the `id` of a [[unit]] table.")


def _served(raw: dict[str, object]) -> str:
    """The address of the pages, where phones can reach it; raises `PeopleError`."""
    from citybrain.people.door import is_loopback
    from citybrain.people.errors import PeopleError

    listen = raw.get("listen")
    address = str(listen.get("web", "")) if isinstance(listen, dict) else ""
    if not address:
        raise PeopleError("this district serves no pages: set `web` under [listen] first.")
    host, _, port = address.rpartition(":")
    if is_loopback(address) or host in ("0.0.0.0", "[::]") or port == "0":
        raise PeopleError(
            f"no phone reaches {address} by that address. Say how phones reach the pages:"
            " --url https://queue.riverside.example"
        )
    return f"https://{address}"  # pages that a phone reaches have the node's certificate


def _print_qr(link: str) -> None:
    """As a QR code, beside what a script reads."""
    from citybrain.qr_code import write_qr

    write_qr(link, sys.stderr)
