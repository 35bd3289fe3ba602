"""Recorded detections as JSON lines: what a detector found (boxes, classes, scores) and what a
camera knew of itself. Never a pixel."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import numpy as np

from citybrain import canonical_json
from citybrain.clock import Timestamp
from citybrain.errors import MalformedError
from citybrain.ids import SourceId
from citybrain.structs import Struct
from citybrain.vocabulary import Visibility
from street_agent.core.inputs import CoreInput, FrameObserved, VisibilityChanged
from street_agent.detect.detections import Detections


class RecordedFrame(Struct, frozen=True, kw_only=True, tag="frame"):
    """The fields of `FrameObserved` and its `Detections`."""

    at: Timestamp
    error_ms: float
    aspect: float
    discontinuity: bool
    labels: tuple[str, ...]
    boxes: tuple[tuple[float, float, float, float], ...]
    scores: tuple[float, ...]
    classes: tuple[int, ...]


class RecordedVisibility(Struct, frozen=True, kw_only=True, tag="visibility"):
    """The fields of `VisibilityChanged`."""

    visibility: Visibility
    reason: str
    since: Timestamp
    at: Timestamp


RecordedLine = RecordedFrame | RecordedVisibility


def record(inputs: Iterator[CoreInput], file: TextIO) -> Iterator[CoreInput]:
    """Pass `inputs` on and write each down."""
    for new_input in inputs:
        line = _line(new_input)
        if line is not None:
            file.write(canonical_json.encode(line).decode() + "\n")
        yield new_input


def read(path: Path, source: SourceId, new_trace: Callable[[], str]) -> Iterator[CoreInput]:
    """The inputs that were recorded in `path`, as if `source` had observed them; raises
    `MalformedError` naming the line."""
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            try:
                yield _input(canonical_json.decode(text, RecordedLine), source, new_trace)
            except (MalformedError, ValueError) as error:
                raise MalformedError(
                    "recording",
                    f"line {number} of {path} is no recorded detection ({error}). Record it again:"
                    " `street replay --record`.",
                ) from error


def _line(new_input: CoreInput) -> RecordedLine | None:
    match new_input:
        case FrameObserved(detections=found):
            return RecordedFrame(
                at=new_input.captured_at,
                error_ms=new_input.error_ms,
                aspect=new_input.aspect,
                discontinuity=new_input.discontinuity,
                labels=found.labels,
                boxes=tuple(tuple(box) for box in found.boxes.tolist()),
                scores=tuple(found.scores.tolist()),
                classes=tuple(found.classes.tolist()),
            )
        case VisibilityChanged():
            return RecordedVisibility(
                visibility=new_input.visibility,
                reason=new_input.reason,
                since=new_input.since,
                at=new_input.at,
            )
        case _:
            return None


def _input(line: RecordedLine, source: SourceId, new_trace: Callable[[], str]) -> CoreInput:
    if isinstance(line, RecordedVisibility):
        return VisibilityChanged(
            source=source,
            visibility=line.visibility,
            reason=line.reason,
            since=line.since,
            at=line.at,
        )
    if not len(line.boxes) == len(line.scores) == len(line.classes):
        raise ValueError("boxes, scores and classes differ in number")
    return FrameObserved(
        source=source,
        captured_at=line.at,
        error_ms=line.error_ms,
        aspect=line.aspect,
        discontinuity=line.discontinuity,
        detections=Detections(
            boxes=np.array(line.boxes, np.float32).reshape(-1, 4),
            scores=np.array(line.scores, np.float32),
            classes=np.array(line.classes, np.int16),
            labels=line.labels,
        ),
        traceparent=new_trace(),
    )
