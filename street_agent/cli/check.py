"""`street check`: holds a configuration against this machine and prints a table. Starts nothing, sends nothing."""

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from citybrain.clock import Timestamp
from citybrain.config.load import load
from citybrain.errors import CityBrainError
from citybrain.ids import SourceId
from street_agent.capture.frame import Frame
from street_agent.capture.stepped import frames
from street_agent.capture.stream import shown
from street_agent.cli.run import open_for_tracking
from street_agent.config import CameraConfig, SensorConfig, StreetConfig
from street_agent.detect.port import Detector
from street_agent.errors import CameraError, StreetError
from street_agent.places import good_scores, resolve_source
from street_agent.sensor import series

OK, FAULT, NOTE = "ok", "FAULT", "note"
BROKER_S = 3.0
MIB, ROOM_BESIDE_MB = (
    1024 * 1024,
    24,
)  # SQLite's write-ahead log and the diary, beside the outbox itself
WIDE = 400  # columns where no terminal would fold them: a log or a pipe gets each cure in one piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    what: str
    verdict: str
    detail: str


def check_box(path: Path) -> int:
    """Print the table; 0 when all is well, 2 when there is a fault. Raises `ConfigError` when the file itself has some."""
    config = load(path, StreetConfig)
    good_scores(config)
    lines = tuple(inspect(config, path.parent))
    show(config, lines)
    return 2 if any(line.verdict == FAULT for line in lines) else 0


def inspect(config: StreetConfig, folder: Path) -> Iterator[Line]:
    """One line for each thing that was tried."""
    models: dict[str, Detector | StreetError] = {}
    for camera in config.camera:
        if camera.model not in models:
            models[camera.model] = _open(camera.model)
        yield from _camera(camera, folder, models[camera.model])
    for sensor in config.sensor:
        yield _sensor(sensor, folder)
    yield _disk(config)
    yield _broker(config)


def show(config: StreetConfig, lines: tuple[Line, ...]) -> None:
    table = Table(
        box=box.SIMPLE, title=f"{config.agent} of district {config.district}", title_justify="left"
    )
    for column in ("what", "", "detail"):
        table.add_column(column, overflow="fold")
    for line in lines:
        table.add_row(line.what, line.verdict, line.detail)
    Console(width=None if Console().is_terminal else WIDE).print(table)


def _open(model: str) -> Detector | StreetError:
    try:
        return open_for_tracking(model)
    except StreetError as fault:
        return fault


def _camera(camera: CameraConfig, folder: Path, model: Detector | StreetError) -> Iterator[Line]:
    address = resolve_source(camera.source, folder)
    try:
        frame = _first_frame(camera, address)
    except CameraError as fault:
        yield Line(what=f"camera {camera.id}", verdict=FAULT, detail=str(fault))
        return
    yield Line(
        what=f"camera {camera.id}",
        verdict=OK,
        detail=f"{frame.width}x{frame.height} from {shown(address)}",
    )
    if isinstance(model, StreetError):
        yield Line(what=f"model {camera.model}", verdict=FAULT, detail=str(model))
        return
    yield _look(camera, frame, model)
    yield from _rules(camera, model)


def _first_frame(camera: CameraConfig, address: str) -> Frame:
    with closing(frames(SourceId(camera.id), address, start_at=Timestamp(0))) as pictures:
        frame = next(pictures, None)
    if frame is None:
        raise CameraError(f"{shown(address)} gave no picture. Is it a video?")
    return frame


def _look(camera: CameraConfig, frame: Frame, model: Detector) -> Line:
    try:
        seen = model.detect(frame)
    except CityBrainError as fault:
        return Line(what=f"model {camera.model}", verdict=FAULT, detail=str(fault))
    spent = model.spent
    detail = f"{len(seen)} boxes in {spent.pre_ms + spent.infer_ms + spent.post_ms:.0f} ms; {camera.detect_fps:g} pictures a second are asked for"
    return Line(what=f"model {camera.model}", verdict=OK, detail=detail)


def _rules(camera: CameraConfig, model: Detector) -> Iterator[Line]:
    for rule in camera.rule:
        unknown = sorted(set(getattr(rule, "classes", ())) - set(model.labels))
        what = f"rule {camera.id}/{rule.id}"
        if unknown:
            cure = f"Use some of {', '.join(model.labels)}, or another model."
            yield Line(
                what=what,
                verdict=FAULT,
                detail=f"{camera.model} cannot tell {', '.join(unknown)}. {cure}",
            )
        else:
            yield Line(
                what=what,
                verdict=OK,
                detail=f"{rule.kind_name} means {rule.incident_kind}, {rule.severity}",
            )
    if not camera.rule:
        yield Line(
            what=f"camera {camera.id}",
            verdict=NOTE,
            detail="it has no [[camera.rule]]: it is watched, and says nothing but whether it sees",
        )


def _sensor(sensor: SensorConfig, folder: Path) -> Line:
    path = Path(resolve_source(sensor.source, folder))
    try:
        recorded = series.read(path)
    except StreetError as fault:
        return Line(what=f"sensor {sensor.id}", verdict=FAULT, detail=str(fault))
    low, high = min(recorded.values), max(recorded.values)
    detail = f"{len(recorded.values)} readings, {low:g} to {high:g} {sensor.unit}, one turn {recorded.period_s / sensor.speedup:.0f} s"
    return Line(what=f"sensor {sensor.id}", verdict=OK, detail=detail)


def _disk(config: StreetConfig) -> Line:
    """Has the disk room for the whole outbox? Where it has not, the disk is full before the outbox is, and what is said waits in memory."""
    folder = next(
        path
        for path in (config.data_dir.absolute(), *config.data_dir.absolute().parents)
        if path.exists()
    )
    if not os.access(folder, os.W_OK | os.X_OK):
        return Line(
            what="disk",
            verdict=FAULT,
            detail=f"{folder} cannot be written to by this user; give data_dir a folder that can",
        )
    free_mb, wanted_mb = (
        shutil.disk_usage(folder).free // MIB,
        config.outbox.cap_mb + ROOM_BESIDE_MB,
    )
    if free_mb < wanted_mb:
        cure = f"Free some, or lower outbox.cap_mb (now {config.outbox.cap_mb})."
        return Line(
            what="disk",
            verdict=FAULT,
            detail=f"{folder} has {free_mb} MiB free, and a full outbox takes up to {wanted_mb}. {cure}",
        )
    return Line(
        what="disk",
        verdict=OK,
        detail=f"{free_mb} MiB free at {folder}; a full outbox takes up to {wanted_mb}",
    )


def _broker(config: StreetConfig) -> Line:
    host, port = config.broker.host, config.broker.port
    try:
        with socket.create_connection((host, port), timeout=BROKER_S):
            return Line(what="broker", verdict=OK, detail=f"{host}:{port} answers")
    except OSError as error:
        return Line(
            what="broker",
            verdict=NOTE,
            detail=f"{host}:{port} does not answer now ({error.strerror or error}); what is said is kept",
        )
