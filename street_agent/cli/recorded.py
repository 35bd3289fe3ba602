"""Recorded looks as JSON lines: what a detector saw (boxes, classes, scores) and what a camera knew of itself. Never a pixel."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from citybrain.clock import Timestamp
from citybrain.errors import MalformedError
from citybrain.ids import SourceId
from citybrain.vocabulary import Visibility
from street_agent.core.inputs import Input, Looked, SightSeen
from street_agent.detect.detections import Detections


def keep(inputs: Iterator[Input], file: TextIO) -> Iterator[Input]:
    """Pass `inputs` on and write each down."""
    for input in inputs:
        line = _line(input)
        if line:
            file.write(json.dumps(line, separators=(",", ":")) + "\n")
        yield input


def read(path: Path, source: SourceId, new_trace: Callable[[], str]) -> Iterator[Input]:
    """The inputs that were kept in `path`, as if `source` had seen them; raises `MalformedError` naming the line."""
    with path.open(encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            try:
                yield _input(json.loads(text), source, new_trace)
            except (ValueError, KeyError, TypeError) as error:
                raise MalformedError(
                    "recording",
                    f"line {number} of {path} is no recorded look ({error}). Record it again: `street replay --record`.",
                ) from error


def _line(input: Input) -> dict[str, Any]:
    if isinstance(input, Looked):
        seen = input.detections
        return {
            "at": input.captured_at,
            "error_ms": input.error_ms,
            "aspect": input.aspect,
            "cut": input.cut,
            "labels": seen.labels,
            "boxes": seen.boxes.tolist(),
            "scores": seen.scores.tolist(),
            "classes": seen.classes.tolist(),
        }
    if isinstance(input, SightSeen):
        return {
            "visibility": input.visibility,
            "reason": input.reason,
            "since": input.since,
            "at": input.at,
        }
    return {}


def _input(line: dict[str, Any], source: SourceId, new_trace: Callable[[], str]) -> Input:
    at = Timestamp(line["at"])
    if "visibility" in line:
        return SightSeen(
            source=source,
            visibility=Visibility(line["visibility"]),
            reason=line["reason"],
            since=Timestamp(line["since"]),
            at=at,
        )
    seen = Detections(
        boxes=np.array(line["boxes"], np.float32).reshape(-1, 4),
        scores=np.array(line["scores"], np.float32),
        classes=np.array(line["classes"], np.int16),
        labels=tuple(line["labels"]),
    )
    return Looked(
        source=source,
        captured_at=at,
        error_ms=line["error_ms"],
        aspect=line["aspect"],
        cut=line["cut"],
        detections=seen,
        traceparent=new_trace(),
    )
