"""`street replay`: a recording through the production core, unpaced and deterministic; what would be said goes to stdout as JSON lines."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from citybrain import canonical_json
from citybrain.clock import SECOND_US, SystemClock, Timestamp
from citybrain.config.load import load
from citybrain.errors import ConfigError, Fault
from citybrain.ids import CountingIds, IdSource, SourceId
from citybrain.telemetry import trace
from street_agent.capture.stepped import SteppedCamera
from street_agent.cli import recorded
from street_agent.cli.run import open_for_tracking
from street_agent.config import CameraConfig, StreetConfig
from street_agent.core import decide
from street_agent.core.inputs import Input, Looked, Ticked
from street_agent.core.setup import AgentSetup
from street_agent.core.source import Draft
from street_agent.detect.port import Detector
from street_agent.eyes import Eye, Eyes
from street_agent.limits import TICK_S
from street_agent.places import good_scores, resolve_source

START = Timestamp(1_767_225_600 * SECOND_US)  # 2026-01-01: a replay has a time of its own
Say = Callable[[Draft], None]


def replay_camera(
    path: Path,
    *,
    video: Path | None,
    detections: Path | None,
    camera: str,
    record: Path | None,
    out: TextIO | None = None,
) -> None:
    """Print what the agent would say. Raises `ConfigError`, `CameraError` or `ModelError`."""
    config = _only(load(path, StreetConfig), camera, path)
    clock, begun = SystemClock(), SystemClock().instant()
    say = _printer(out or sys.stdout)
    setup = config.setup(good_scores(config))
    if detections is not None:
        inputs = _recorded(detections, config.camera[0])
    else:
        address = (
            str(video)
            if video is not None
            else resolve_source(config.camera[0].source, path.parent)
        )
        inputs = looks(config.camera[0], address, open_model=open_for_tracking)
    if record is not None:
        with record.open("w", encoding="utf-8") as file:
            pictures, media_s = play(setup, recorded.keep(inputs, file), say)
    else:
        pictures, media_s = play(setup, inputs, say)
    took_s = (clock.instant() - begun) / SECOND_US
    print(
        f"{pictures} looks, {media_s:.1f} s of video in {took_s:.1f} s: {media_s / max(took_s, 1e-6):.1f} x real time",
        file=sys.stderr,
    )


def play(setup: AgentSetup, inputs: Iterator[Input], say: Say) -> tuple[int, float]:
    """Feed `inputs` and the ticks between them to the core; how many looks there were, and the seconds they span."""
    state, words = decide.begin(setup, START)
    looks, now, next_tick = 0, START, START
    for draft in words:
        say(draft)
    for input in inputs:
        now = input.captured_at if isinstance(input, Looked) else now
        for at in _ticks(next_tick, now):
            next_tick = Timestamp(at + round(TICK_S * SECOND_US))
            state = _step(setup, state, Ticked(at=at), say)
        looks += isinstance(input, Looked)
        state = _step(setup, state, input, say)
    return looks, (now - START) / SECOND_US


def looks(
    camera: CameraConfig, address: str, *, open_model: Callable[[str], Detector]
) -> Iterator[Input]:
    """What the eyes would tell about a recording, every frame in its turn."""
    stepped = SteppedCamera(source=SourceId(camera.id), address=address, start_at=START)
    told: list[Input] = []
    eye = Eye(camera=stepped, model=camera.model, detect_fps=camera.detect_fps)
    eyes = Eyes(
        (eye,),
        open_model=open_model,
        clock=stepped.clock,
        new_trace=_traces(CountingIds()),
        tell=told.append,
    )
    stepped.start()
    try:
        while eyes.look(eye) or not stepped.ended:
            yield from told
            told.clear()
        yield from told
    finally:
        stepped.stop()


def _recorded(path: Path, camera: CameraConfig) -> Iterator[Input]:
    return recorded.read(path, SourceId(camera.id), _traces(CountingIds()))


def _step(setup: AgentSetup, state: decide.AgentState, input: Input, say: Say) -> decide.AgentState:
    state, drafts = decide.decide(setup, state, input)
    for draft in drafts:
        say(draft)
    return state


def _ticks(start: Timestamp, end: Timestamp) -> Iterator[Timestamp]:
    step = round(TICK_S * SECOND_US)
    return (Timestamp(at) for at in range(start, end + 1, step))


def _traces(ids: IdSource) -> Callable[[], str]:
    return lambda: trace.text(trace.begin(ids))


def _printer(out: TextIO) -> Say:
    def say(draft: Draft) -> None:
        out.write(f'{{"{type(draft).__name__}":{canonical_json.encode(draft).decode()}}}\n')

    return say


def _only(config: StreetConfig, camera: str, path: Path) -> StreetConfig:
    """The configuration with just the camera that is replayed."""
    chosen = [c for c in config.camera if c.id == camera] if camera else list(config.camera[:1])
    if not chosen:
        known = ", ".join(c.id for c in config.camera) or "none"
        raise ConfigError(
            str(path),
            (
                Fault(
                    key="--camera",
                    wrong=f"there is no camera {camera!r}",
                    right=f"There is: {known}.",
                ),
            ),
        )
    return config.model_copy(update={"camera": (chosen[0],), "sensor": ()})
