"""The detector on ONNX Runtime: preprocess, run, decode, suppress. Everything particular to a model
stands in its card."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from citybrain.clock import Clock, Instant
from citybrain.structs import Struct
from models.cache import resolve
from models.card import ModelCard
from models.errors import ArtifactAlteredError, ModelsError
from street_agent.capture.frame import Frame
from street_agent.detect.chosen_head import head_of
from street_agent.detect.detections import Detections
from street_agent.detect.nms import non_max_suppression, suppression_groups
from street_agent.detect.port import StageTimes
from street_agent.detect.preprocess import Preprocessor, to_shares
from street_agent.detect.session import OnnxSession
from street_agent.errors import ModelAlteredError, ModelError


class DetectorOptions(Struct, frozen=True, kw_only=True):
    """How to run a model. `None`: as its card says."""

    threads: int = 1
    score_min: float | None = None
    overlap_max: float | None = None


class OrtDetector:
    """`port.Detector` over one model file. Not thread-safe."""

    def __init__(
        self, card: ModelCard, path: Path, *, clock: Clock, options: DetectorOptions | None = None
    ) -> None:
        """Open the file and check it against its card. Raises `ModelError`."""
        chosen = options or DetectorOptions()
        self.card = card
        self._clock = clock
        self._score_min = card.decoder.score_min if chosen.score_min is None else chosen.score_min
        self._overlap_max = (
            card.decoder.overlap_max if chosen.overlap_max is None else chosen.overlap_max
        )
        self._head = head_of(card)
        self._session = OnnxSession(card, path, self._head.outputs, threads=chosen.threads)
        self._preprocessor = Preprocessor(card.input)
        self._groups = suppression_groups(card.used_classes, card.merged_classes)
        self._timings = StageTimes()

    @property
    def labels(self) -> tuple[str, ...]:
        return self.card.used_classes

    @property
    def timings(self) -> StageTimes:
        return self._timings

    def detect(self, frame: Frame) -> Detections:
        begun = self._clock.instant()
        area = self._preprocessor.fill(frame)
        filled = self._clock.instant()
        outputs = self._session.run(self._preprocessor.tensor)
        ran = self._clock.instant()
        found = self._head.decode(outputs, self._score_min)
        groups = self._groups[found.classes]
        keep = non_max_suppression(found.boxes, found.scores, groups, self._overlap_max)
        detections = Detections(
            boxes=to_shares(found.boxes[keep], area),
            scores=found.scores[keep],
            classes=found.classes[keep].astype(np.int16),
            labels=self.card.used_classes,
        )
        self._timings = StageTimes(
            pre_ms=_ms(begun, filled),
            infer_ms=_ms(filled, ran),
            post_ms=_ms(ran, self._clock.instant()),
        )
        return detections

    def io(self) -> tuple[str, ...]:
        """The file's inputs and outputs, one line each."""
        return self._session.io()

    def close(self) -> None:
        """Nothing is held but memory."""


def open_detector(
    name: str, *, clock: Clock, options: DetectorOptions | None = None
) -> OrtDetector:
    """The detector of the model called `name` (a card's name or its .toml), its file verified.
    Raises `ModelError` with the cure."""
    with translated_errors():
        card, path = resolve(name)
    return OrtDetector(card, path, clock=clock, options=options)


@contextmanager
def translated_errors() -> Iterator[None]:
    """What the models package raises, as errors of this tier."""
    try:
        yield
    except ArtifactAlteredError as error:
        raise ModelAlteredError(str(error)) from error
    except ModelsError as error:
        raise ModelError(str(error)) from error


def _ms(start: Instant, end: Instant) -> float:
    return (end - start) / 1000
