"""The detector on ONNX Runtime: fit, run, decode, suppress. Everything particular to a model stands in its card."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from citybrain.clock import Clock, Instant
from models.cache import resolve
from models.card import Card
from models.errors import ArtifactAlteredError, ModelsError
from street_agent.capture.frame import Frame
from street_agent.detect.detections import Detections
from street_agent.detect.fitting import Fitting, to_shares
from street_agent.detect.heads import head_of
from street_agent.detect.port import Spent
from street_agent.detect.session import Session
from street_agent.detect.suppress import kinds_of, survivors
from street_agent.errors import ModelAlteredError, ModelError


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to run a model. `None`: as its card says."""

    threads: int = 1
    score_min: float | None = None
    overlap_max: float | None = None


class OrtDetector:
    """`port.Detector` over one model file. Not thread-safe."""

    def __init__(
        self, card: Card, path: Path, *, clock: Clock, options: Options | None = None
    ) -> None:
        """Open the file and hold it to its card. Raises `ModelError`."""
        chosen = options or Options()
        self.card = card
        self._clock = clock
        self._score_min = card.decoder.score_min if chosen.score_min is None else chosen.score_min
        self._overlap_max = (
            card.decoder.overlap_max if chosen.overlap_max is None else chosen.overlap_max
        )
        self._head = head_of(card)
        self._session = Session(card, path, self._head.outputs, threads=chosen.threads)
        self._fitting = Fitting(card.input)
        self._kinds = kinds_of(card.street, card.together)
        self._spent = Spent()

    @property
    def labels(self) -> tuple[str, ...]:
        return self.card.street

    @property
    def spent(self) -> Spent:
        return self._spent

    def detect(self, frame: Frame) -> Detections:
        begun = self._clock.instant()
        fit = self._fitting.fill(frame)
        filled = self._clock.instant()
        outputs = self._session.run(self._fitting.tensor)
        ran = self._clock.instant()
        found = self._head.decode(outputs, self._score_min)
        keep = survivors(found.boxes, found.scores, self._kinds[found.classes], self._overlap_max)
        seen = Detections(
            boxes=to_shares(found.boxes[keep], fit),
            scores=found.scores[keep],
            classes=found.classes[keep].astype(np.int16),
            labels=self.card.street,
        )
        self._spent = Spent(
            pre_ms=_ms(begun, filled),
            infer_ms=_ms(filled, ran),
            post_ms=_ms(ran, self._clock.instant()),
        )
        return seen

    def io(self) -> tuple[str, ...]:
        """The file's inputs and outputs, one line each."""
        return self._session.io()

    def close(self) -> None:
        """Nothing is held but memory."""


def open_detector(name: str, *, clock: Clock, options: Options | None = None) -> OrtDetector:
    """The detector of the model called `name` (a card's name or its .toml), its file verified. Raises `ModelError` with the cure."""
    with in_our_words():
        card, path = resolve(name)
    return OrtDetector(card, path, clock=clock, options=options)


@contextmanager
def in_our_words() -> Iterator[None]:
    """What the models package raises, as errors of this tier."""
    try:
        yield
    except ArtifactAlteredError as error:
        raise ModelAlteredError(str(error)) from error
    except ModelsError as error:
        raise ModelError(str(error)) from error


def _ms(start: Instant, end: Instant) -> float:
    return (end - start) / 1000
