"""`street replay`: a recording through the production core, unpaced and deterministic; what would
be reported goes to stdout as JSON lines."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import typer

from citybrain import canonical_json
from citybrain.clock import SECOND_US, Timestamp
from citybrain.config.load import load
from citybrain.errors import ConfigError, ConfigProblem
from citybrain.ids import CountingIds, IdSource, SourceId
from citybrain.system_clock import SystemClock
from citybrain.telemetry.trace_context import format_traceparent, start_trace
from street_agent.capture.stepped import SteppedCamera
from street_agent.cli import recording
from street_agent.cli.run import open_for_tracking
from street_agent.config import CameraConfig, StreetConfig
from street_agent.config_resolution import camera_address, camera_geometry, score_thresholds
from street_agent.core import decide
from street_agent.core.agent_setup import AgentSetup
from street_agent.core.draft import Draft
from street_agent.core.inputs import CoreInput, FrameObserved, Ticked
from street_agent.detect.port import Detector
from street_agent.detection_worker import CameraSlot, DetectionWorker
from street_agent.limits import TICK_S
from street_agent.plugins.opening import plugin_name

START = Timestamp(1_767_225_600 * SECOND_US)  # 2026-01-01: a replay has a time of its own
Emit = Callable[[Draft], None]


def replay_camera(
    path: Path,
    *,
    video: Path | None,
    detections: Path | None,
    camera: str,
    record: Path | None,
    out: TextIO | None = None,
) -> None:
    """Print what the agent would report. Raises `ConfigError`, `CameraError` or `ModelError`."""
    config = _only(load(path, StreetConfig), camera, path)
    clock = SystemClock()
    begun = clock.instant()
    emit = _printer(out or sys.stdout)
    setup = config.setup(score_thresholds(config))
    inputs = _inputs(config.camera[0], path.parent, video=video, detections=detections)
    if record is not None:
        with record.open("w", encoding="utf-8") as file:
            frames, media_s = play(setup, recording.record(inputs, file), emit)
    else:
        frames, media_s = play(setup, inputs, emit)
    took_s = (clock.instant() - begun) / SECOND_US
    speed = media_s / max(took_s, 1e-6)
    typer.echo(
        f"{frames} frames processed, {media_s:.1f} s of video in {took_s:.1f} s:"
        f" {speed:.1f} x real time",
        err=True,
    )


def play(setup: AgentSetup, inputs: Iterator[CoreInput], emit: Emit) -> tuple[int, float]:
    """Feed `inputs` and the ticks between them to the core; how many frames were processed, and the
    seconds they span."""
    state, begun = decide.begin(setup, START)
    frames, now, next_tick = 0, START, START
    for draft in begun:
        emit(draft)
    for new_input in inputs:
        now = new_input.captured_at if isinstance(new_input, FrameObserved) else now
        for at in _ticks(next_tick, now):
            next_tick = Timestamp(at + round(TICK_S * SECOND_US))
            state = _step(setup, state, Ticked(at=at), emit)
        frames += isinstance(new_input, FrameObserved)
        state = _step(setup, state, new_input, emit)
    return frames, (now - START) / SECOND_US


def detect_frames(
    camera: CameraConfig, address: str, *, open_model: Callable[[str], Detector]
) -> Iterator[CoreInput]:
    """What the detection worker would emit about a recording, every frame in its turn."""
    stepped = SteppedCamera(
        source=SourceId(camera.id),
        address=address,
        start_at=START,
        geometry=camera_geometry(camera),
    )
    emitted: list[CoreInput] = []
    slot = CameraSlot(camera=stepped, model=camera.model, detect_fps=camera.detect_fps)
    worker = DetectionWorker(
        (slot,),
        open_model=open_model,
        clock=stepped.clock,
        new_trace=_new_trace(CountingIds()),
        emit=emitted.append,
    )
    stepped.start()
    try:
        while worker.poll(slot) or not stepped.ended:
            yield from emitted
            emitted.clear()
        yield from emitted
    finally:
        stepped.stop()


def _inputs(
    camera: CameraConfig, folder: Path, *, video: Path | None, detections: Path | None
) -> Iterator[CoreInput]:
    if detections is not None:
        return recording.read(detections, SourceId(camera.id), _new_trace(CountingIds()))
    if video is None and plugin_name(camera.source) is not None:
        problem = ConfigProblem(
            key="--video",
            problem=f"{camera.id} is {camera.source}, which has no recording",
            remedy="Give a video file with --video, or recorded detections with --detections.",
        )
        raise ConfigError("the command line", (problem,))
    address = str(video) if video is not None else camera_address(camera, folder)
    return detect_frames(camera, address, open_model=open_for_tracking)


def _step(
    setup: AgentSetup, state: decide.AgentState, new_input: CoreInput, emit: Emit
) -> decide.AgentState:
    state, drafts = decide.decide(setup, state, new_input)
    for draft in drafts:
        emit(draft)
    return state


def _ticks(start: Timestamp, end: Timestamp) -> Iterator[Timestamp]:
    step = round(TICK_S * SECOND_US)
    return (Timestamp(at) for at in range(start, end + 1, step))


def _new_trace(ids: IdSource) -> Callable[[], str]:
    return lambda: format_traceparent(start_trace(ids))


def _printer(out: TextIO) -> Emit:
    def emit(draft: Draft) -> None:
        out.write(canonical_json.encode(draft).decode() + "\n")

    return emit


def _only(config: StreetConfig, camera: str, path: Path) -> StreetConfig:
    """The configuration with just the camera that is replayed."""
    chosen = [c for c in config.camera if c.id == camera] if camera else list(config.camera[:1])
    if not chosen:
        known = ", ".join(c.id for c in config.camera) or "none"
        problem = ConfigProblem(
            key="--camera", problem=f"there is no camera {camera!r}", remedy=f"There is: {known}."
        )
        raise ConfigError(str(path), (problem,))
    return config.model_copy(update={"camera": (chosen[0],), "sensor": ()})
