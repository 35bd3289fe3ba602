"""The command `citybrain district watch`: the queue, live, across restarts of its node. Thin."""

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from citybrain.system_clock import SystemClock
from district_node.cli.options import ADDRESS, AddressOption, JsonOption

if TYPE_CHECKING:
    from citybrain.api.client.windows import Windows
    from citybrain.errors import RpcError

RETRY_S = 1.0
LANGUAGES = ("en", "zh")


def watch(
    address: AddressOption = ADDRESS,
    language: Annotated[
        str, typer.Option("--lang", envvar="CITYBRAIN_LANG", help="en or zh.")
    ] = "en",
    as_json: JsonOption = False,
) -> None:
    """What is open, live, the most urgent first: clocks run, and a node that restarts is found
    again. Ctrl-C ends it.

    Example:  citybrain district watch --lang zh
    """
    if language not in LANGUAGES:
        raise typer.BadParameter(f"--lang is {language!r}; it is one of {', '.join(LANGUAGES)}.")
    if as_json:
        _print_changes(address)
    else:
        _draw(address, language)


def _draw(address: str, language: str) -> None:
    from rich.live import Live
    from rich.text import Text

    from citybrain.api.client.districts import snapshot_of
    from citybrain.errors import RpcError
    from citybrain.structs import replace
    from district_node.terminal.watch_table import Watched, watch_table

    clock, texts = SystemClock(), _texts()
    known: Watched | None = None

    def shown() -> object:
        return Text("…") if known is None else watch_table(known, clock.now(), texts, language)

    # it draws itself every second: clocks run between two changes
    with Live(get_renderable=shown, screen=True, refresh_per_second=1) as live:  # type: ignore[arg-type]  # a renderable
        for event in _updates(address):
            if isinstance(event, RpcError):
                if known is not None and known.lost_since is None:
                    known = replace(known, lost_since=clock.now())
            else:
                known = Watched(
                    snapshot=snapshot_of(event, clock.now()), total=event.total("incidents")
                )
            live.refresh()


def _print_changes(address: str) -> None:
    from citybrain.errors import RpcError
    from district_node.terminal.watch_lines import Rows, changes_between, connection_line

    clock = SystemClock()
    before: Rows = {}
    is_lost = True
    for event in _updates(address):
        now = clock.now()
        if isinstance(event, RpcError):
            if not is_lost:
                typer.echo(connection_line(is_lost=True, at=now, why=event.detail))
            is_lost, before = True, {}
            continue
        if is_lost:
            typer.echo(connection_line(is_lost=False, at=now))
        is_lost = False
        after = {row.id: row for row in event.values("incidents")}
        for line in changes_between(before, after, now):
            typer.echo(line)
        before = after


def _updates(address: str) -> "Iterator[Windows | RpcError]":
    """The windows after each change, and each error that passes: then it is tried again. One before
    the first connection is raised, as is one that does not pass."""
    from citybrain.api.client.districts import DISTRICT_VIEWS
    from citybrain.api.methods import DISTRICT
    from citybrain.cli.identity.connection import connect
    from citybrain.errors import RpcError

    views = [
        {**view, "filter": "open = true"} if view["name"] == "incidents" else view
        for view in DISTRICT_VIEWS
    ]
    pause, was_connected = threading.Event(), False
    while True:
        try:
            with connect(address, DISTRICT) as client:
                for windows in client.watch(views):
                    was_connected = True
                    yield windows
        except RpcError as error:
            if not (was_connected and error.retry):
                raise
            yield error
        pause.wait(RETRY_S)


def _texts() -> dict[str, dict[str, str]]:
    """The words of the web pages, and of the built-in packs."""
    from pathlib import Path

    from citybrain.pack.load import built_in
    from citybrain.web.translations import load, with_words
    from district_node import web

    table = load(Path(web.__file__).parent / "translations.json")
    return {key: dict(texts) for key, texts in with_words(table, built_in().words).items()}
