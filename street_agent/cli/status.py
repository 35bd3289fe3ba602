"""`street status`: what a running box says of itself. Prints; asks the box alone."""

import json
from pathlib import Path

import typer

from citybrain.config.load import load
from citybrain.errors import CityBrainError
from street_agent.config import StreetConfig
from street_agent.errors import StatusError
from street_agent.status.status_socket import STATUS_SOCKET, ask

READY, NOT_READY = 0, 1


def show_status(path: Path, *, as_json: bool) -> int:
    """The exit code: whether the box is ready. Raises `ConfigError` where the configuration cannot
    be read."""
    config = load(path, StreetConfig)
    try:
        text = ask(config.data_dir / STATUS_SOCKET)
        shown = _parsed(text)
    except CityBrainError as error:
        typer.echo(str(error), err=True)
        return NOT_READY
    typer.echo(text.strip() if as_json else _table(shown))
    return READY if shown["ready"] else NOT_READY


def _parsed(text: str) -> dict[str, object]:
    try:
        shown = json.loads(text)
        if isinstance(shown, dict) and isinstance(shown.get("conditions"), list):
            return shown
    except ValueError:
        pass
    raise StatusError("the agent's answer cannot be read: is it of another version? Start it anew.")


def _table(shown: dict[str, object]) -> str:
    conditions = shown["conditions"]
    lines = [
        f"{shown.get('agent')} is {'ready' if shown['ready'] else 'not ready'}",
        f"  as of {shown.get('at')}, outbox: {shown.get('outbox_rows')} items not yet acknowledged",
    ]
    if isinstance(conditions, list):
        lines += [f"  {one.get('code')}: {one.get('detail')}" for one in conditions]
    sources = shown.get("sources")
    if isinstance(sources, list):
        lines += [f"  {_source(one)}" for one in sources if isinstance(one, dict)]
    return "\n".join(lines)


def _source(one: dict[str, object]) -> str:
    """A camera with its looks a second, or a sensor with its readings."""
    known = " ".join(str(one.get(key, "")) for key in ("visibility", "reason")).strip()
    if one.get("asked_fps"):
        rates = ", ".join(f"{key} {one.get(f'{key}_fps')}" for key in ("asked", "floor", "served"))
        return f"{one.get('source')}: {known}; looks a second: {rates}"
    return (
        f"{one.get('source')}: {known}; {one.get('readings')} readings,"
        f" {one.get('refused')} of them none"
    )
