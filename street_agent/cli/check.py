"""`street check`: tries a configuration on this machine and prints a table. Starts nothing, sends
nothing."""

import os
import shutil
import socket
from collections.abc import Generator, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from citybrain.bus import topics
from citybrain.cli.ca.tier_join import certificate_checks
from citybrain.cli.district_kinds import incident_kinds
from citybrain.clock import Timestamp
from citybrain.config.load import load
from citybrain.enrolment.folder import FOLDER
from citybrain.errors import ConfigError
from citybrain.geo import compass_point
from citybrain.ids import DistrictId, SourceId
from citybrain.plugins.errors import PluginError
from citybrain.structs import Struct
from citybrain.system_clock import SystemClock
from street_agent.capture.frame import Frame
from street_agent.capture.geometry import Geometry
from street_agent.capture.libav.address import redacted
from street_agent.capture.plugin import first_frame
from street_agent.capture.stepped import frames
from street_agent.capture.trial import try_source
from street_agent.cli import picture_check
from street_agent.cli.camera_check import described, predictions, try_model
from street_agent.cli.kind_check import unknown_kinds
from street_agent.cli.run import open_for_tracking
from street_agent.config import CameraConfig, SensorConfig, StreetConfig
from street_agent.config_resolution import (
    camera_address,
    camera_geometry,
    own_name_of,
    resolve_source,
    score_thresholds,
)
from street_agent.detect.port import Detector
from street_agent.errors import CameraError, ModelError, StreetError
from street_agent.plugins.checks import checked_reading
from street_agent.plugins.opening import make_camera, make_sensor, plugin_name
from street_agent.plugins.probe import first_given
from street_agent.sensor import series
from street_agent.sensor.address import sensor_name

OK, FAULT, NOTE = "ok", "FAULT", "note"
BROKER_S = 3.0
MIB = 1024 * 1024
SPARE_MB = 24  # SQLite's write-ahead log and the checkpoint, beside the outbox itself
# Columns where no terminal would fold them: a log or a pipe gets each cure in one piece.
TABLE_WIDTH = 400


class CheckResult(Struct, frozen=True, kw_only=True):
    """One thing that was tried, and its verdict: OK, FAULT or NOTE."""

    what: str
    verdict: str
    detail: str


def check_box(path: Path, district: Path | None = None) -> int:
    """Print the table; 0 when all is well, 2 when there is a fault. Raises `ConfigError` when the
    file itself has some, or rules that the district with the configuration at `district` would not
    understand."""
    config = load(path, StreetConfig)
    score_thresholds(config)
    known = incident_kinds(district, command="street check --district") if district else None
    results = tuple(inspect(config, path.parent))
    show(config, results)
    problems = tuple(unknown_kinds(config, known)) if known is not None else ()
    if problems:
        raise ConfigError(str(path), problems)
    return 2 if any(result.verdict == FAULT for result in results) else 0


def inspect(config: StreetConfig, folder: Path) -> Iterator[CheckResult]:
    """One result for each thing that is tried: cameras, models, rules, sensors, disk, certificates,
    broker."""
    models: dict[str, Detector | StreetError] = {}
    thresholds = score_thresholds(config)
    tried: dict[str, float] = {}  # by camera: the seconds of one look
    for camera in config.camera:
        if camera.model not in models:
            models[camera.model] = _open(camera.model)
        score_min = thresholds[camera.model]
        yield from _camera(camera, folder, models[camera.model], score_min, tried)
    yield from _rates([one for one in config.camera if one.id in tried], tried)
    for sensor in config.sensor:
        yield _sensor(sensor, folder, config.district)
    yield _disk(config)
    yield from _certificates(config)
    yield _broker(config)


def show(config: StreetConfig, results: tuple[CheckResult, ...]) -> None:
    """Print `results` as a table."""
    table = Table(
        box=box.SIMPLE, title=f"{config.agent} of district {config.district}", title_justify="left"
    )
    for column in ("what", "", "detail"):
        table.add_column(column, overflow="fold")
    for result in results:
        table.add_row(*(Text(one) for one in (result.what, result.verdict, result.detail)))
    Console(width=None if Console().is_terminal else TABLE_WIDTH).print(table)


def _open(model: str) -> Detector | StreetError:
    try:
        return open_for_tracking(model)
    except StreetError as error:
        return error


def _camera(
    camera: CameraConfig,
    folder: Path,
    model: Detector | StreetError,
    score_min: float,
    tried: dict[str, float],
) -> Iterator[CheckResult]:
    geometry = camera_geometry(camera)
    try:
        address = camera_address(camera, folder)
        frame, how, odd = _first_picture(camera, address, geometry)
    except (CameraError, PluginError) as error:
        yield CheckResult(what=f"camera {camera.id}", verdict=FAULT, detail=str(error))
        return
    yield CheckResult(
        what=f"camera {camera.id}",
        verdict=OK,
        detail=f"{frame.width}x{frame.height} from {redacted(address)}{how}; {_looks(camera)}",
    )
    for words in odd:
        yield CheckResult(what=f"camera {camera.id}", verdict=NOTE, detail=words)
    if isinstance(model, StreetError):
        yield CheckResult(what=f"model {camera.model}", verdict=FAULT, detail=str(model))
        return
    try:
        with closing(_frames(camera, address, frame)) as pictures:
            trial = try_model(camera, model, pictures, score_min=score_min)
    except (CameraError, ModelError) as error:
        yield CheckResult(what=f"model {camera.model}", verdict=FAULT, detail=str(error))
        return
    tried[camera.id] = trial.look_s
    yield CheckResult(what=f"model {camera.model}", verdict=OK, detail=described(trial))
    yield from _rules(camera, model)


def _rates(cameras: list[CameraConfig], tried: dict[str, float]) -> Iterator[CheckResult]:
    for camera, rates, misses in predictions(cameras, [tried[one.id] for one in cameras]):
        verdict = FAULT if misses else OK
        yield CheckResult(what=f"rate {camera.id}", verdict=verdict, detail=rates)


def _looks(camera: CameraConfig) -> str:
    """Where it looks, for whoever stands beside it."""
    if camera.view_cone is None:
        return "no view_cone: the map shows only where it stands"
    cone = camera.view_cone.cone()
    return (
        f"it looks {compass_point(cone.heading_deg)} ({cone.heading_deg:g}°),"
        f" {cone.field_of_view_deg:g}° wide, {cone.range_m:g} m far"
    )


def _first_picture(
    camera: CameraConfig, address: str, geometry: Geometry
) -> tuple[Frame, str, tuple[str, ...]]:
    """The picture, how it is sent, and what is odd about it."""
    plugin = plugin_name(address)
    if plugin is not None:
        make = partial(make_camera, plugin, camera.options)
        return first_frame(SourceId(camera.id), make, SystemClock(), geometry), "", ()
    trial = try_source(SourceId(camera.id), address, geometry)
    odd = tuple(picture_check.odd(trial, camera.detect_fps))
    return trial.frame, picture_check.sent(trial, geometry), odd


def _frames(camera: CameraConfig, address: str, first: Frame) -> Generator[Frame, None, None]:
    """Pictures as they come; of a package's camera the first one."""
    if plugin_name(address) is not None:
        yield first
        return
    given = frames(
        SourceId(camera.id), address, start_at=Timestamp(0), geometry=camera_geometry(camera)
    )
    with closing(given) as pictures:
        yield from pictures


def _rules(camera: CameraConfig, model: Detector) -> Iterator[CheckResult]:
    for rule in camera.rule:
        unknown = sorted(set(getattr(rule, "classes", ())) - set(model.labels))
        what = f"rule {camera.id}/{rule.id}"
        if unknown:
            cure = f"Use some of {', '.join(model.labels)}, or another model."
            yield CheckResult(
                what=what,
                verdict=FAULT,
                detail=f"{camera.model} does not find {', '.join(unknown)}. {cure}",
            )
        else:
            yield CheckResult(
                what=what,
                verdict=OK,
                detail=f"{rule.kind_name} opens {rule.incident_kind}, {rule.severity}",
            )
    if not camera.rule:
        yield CheckResult(
            what=f"camera {camera.id}",
            verdict=NOTE,
            detail="it has no [[camera.rule]]: nothing but its visibility is reported",
        )


def _sensor(sensor: SensorConfig, folder: Path, district: str) -> CheckResult:
    name, plugin = sensor_name(sensor.source), plugin_name(sensor.source)
    if name is not None:
        topic = topics.readings(DistrictId(district), name)
        detail = f"it is read from {topic}; whether it writes there shows when the box runs"
        return CheckResult(what=f"sensor {sensor.id}", verdict=OK, detail=detail)
    if plugin is not None:
        return _plugin_sensor(sensor, plugin)
    path = Path(resolve_source(sensor.source, folder))
    try:
        recorded = series.read(path)
    except StreetError as error:
        return CheckResult(what=f"sensor {sensor.id}", verdict=FAULT, detail=str(error))
    numbers = recorded.numbers
    detail = (
        f"{len(numbers)} readings, {min(numbers):g} to {max(numbers):g} {sensor.unit},"
        f" one round {recorded.period_s / sensor.speedup:.0f} s"
    )
    if recorded.refused:
        detail += f"; {recorded.refused} rows are no readings, skipped: {recorded.first_refused}"
    verdict = NOTE if recorded.refused else OK
    return CheckResult(what=f"sensor {sensor.id}", verdict=verdict, detail=detail)


def _plugin_sensor(sensor: SensorConfig, plugin: str) -> CheckResult:
    clock = SystemClock()
    try:
        given = first_given(partial(make_sensor, plugin, sensor.options), clock)
        reading = checked_reading(given, clock.now())
    except PluginError as error:
        return CheckResult(what=f"sensor {sensor.id}", verdict=FAULT, detail=str(error))
    detail = f"{reading.value:g} {sensor.unit} from {sensor.source}"
    return CheckResult(what=f"sensor {sensor.id}", verdict=OK, detail=detail)


def _disk(config: StreetConfig) -> CheckResult:
    """Has the disk room for the whole outbox? Where it has not, the disk is full before the outbox
    is, and what is reported waits in memory."""
    folder = next(
        path
        for path in (config.data_dir.absolute(), *config.data_dir.absolute().parents)
        if path.exists()
    )
    if not os.access(folder, os.W_OK | os.X_OK):
        return CheckResult(
            what="disk",
            verdict=FAULT,
            detail=f"{folder} cannot be written to by this user; give data_dir a folder that can",
        )
    free_mb = shutil.disk_usage(folder).free // MIB
    required_mb = config.outbox.cap_mb + SPARE_MB
    if free_mb < required_mb:
        cure = f"Free some, or lower outbox.cap_mb (now {config.outbox.cap_mb})."
        return CheckResult(
            what="disk",
            verdict=FAULT,
            detail=f"{folder} has {free_mb} MiB free, and a full outbox takes up to {required_mb}."
            f" {cure}",
        )
    return CheckResult(
        what="disk",
        verdict=OK,
        detail=f"{free_mb} MiB free at {folder}; a full outbox takes up to {required_mb}",
    )


def _certificates(config: StreetConfig) -> Iterator[CheckResult]:
    tables = {"broker.tls": config.broker.tls}
    checks = certificate_checks(config.data_dir, tables, SystemClock().now())
    if not any(one.problems for one in checks):
        yield from _own_name(config)
    for one in checks:
        found = " ".join(f"{p.problem}. {p.remedy}" for p in one.problems or one.notes)
        yield CheckResult(
            what=f"certificate {one.key}",
            verdict=FAULT if one.problems else NOTE if one.notes else OK,
            detail=found or one.detail,
        )


def _own_name(config: StreetConfig) -> Iterator[CheckResult]:
    try:
        own_name_of(config)
    except ConfigError as error:
        detail = " ".join(f"{p.problem}. {p.remedy}" for p in error.problems)
        yield CheckResult(what=error.problems[0].key, verdict=FAULT, detail=detail)


def _broker(config: StreetConfig) -> CheckResult:
    has_tls = config.broker.tls is not None or (config.data_dir / FOLDER).exists()
    host, port = config.broker.host, config.broker.port_with(tls=has_tls)
    try:
        with socket.create_connection((host, port), timeout=BROKER_S):
            return CheckResult(what="broker", verdict=OK, detail=f"{host}:{port} answers")
    except OSError as error:
        return CheckResult(
            what="broker",
            verdict=NOTE,
            detail=f"{host}:{port} does not answer now ({error.strerror or error}); what is"
            " reported is stored",
        )
