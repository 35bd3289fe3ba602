"""Decoder heads: raw outputs of a model to candidate boxes in input pixels. Only street classes,
only what reaches the score; suppression comes after.

A new head is one class with `__init__(card)`, `outputs` and `decode`, and one line in
`chosen_head.HEADS`; or the same class in a package of its own, registered as an entry point.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from citybrain.structs import Struct
from models.card import ModelCard

Floats = NDArray[np.float32]
ANY_NUMBER = 0  # in `outputs`: the model decides how many


class Candidates(Struct, frozen=True, kw_only=True, eq=False):
    """M boxes before suppression."""

    boxes: Floats  # [M, 4] x1, y1, x2, y2 in input pixels
    scores: Floats  # [M]
    classes: NDArray[np.intp]  # [M] indices into the card's `used_classes`


class DetectionHead(Protocol):
    """Turns a model's outputs into candidate boxes."""

    @property
    def outputs(self) -> Mapping[str, tuple[int, int]]:
        """The outputs it wants, in the order in which `decode` takes them: name to the last two
        of their sides, `ANY_NUMBER` where the model decides."""
        ...

    def decode(self, outputs: Sequence[Floats], score_min: float) -> Candidates: ...


class DecoderPlugin(Protocol):
    """The class of a package's decoder, as its entry point names it: port "decoder/1"."""

    port: ClassVar[str]

    def __call__(self, card: ModelCard) -> DetectionHead:
        """The head for the model of `card`, whose `decoder.options` are its own settings. May raise
        whatever says why it cannot decode that model.
        """
        ...


class YoloxHead:
    """One output [1, N, 5 + classes]; YOLOX (Ge et al. 2021), decoded as in its
    `demo_postprocess`."""

    def __init__(self, card: ModelCard) -> None:
        levels = [cells(card, stride) for stride in card.decoder.strides]
        self._corners: Floats = np.concatenate(levels)
        self._strides: Floats = np.concatenate(
            [
                np.full((len(c), 1), s, np.float32)
                for c, s in zip(levels, card.decoder.strides, strict=True)
            ]
        )
        self._columns = np.array([5 + card.classes.index(name) for name in card.used_classes])
        self.outputs: Mapping[str, tuple[int, int]] = {
            card.decoder.scores[0]: (len(self._corners), 5 + len(card.classes))
        }

    def decode(self, outputs: Sequence[Floats], score_min: float) -> Candidates:
        raw = outputs[0][0]
        rows = np.flatnonzero(raw[:, 4] >= score_min)  # the score is at most the objectness
        scores = raw[rows[:, None], self._columns] * raw[rows, 4:5]
        classes, best = best_classes(scores)
        keep = best >= score_min
        rows, classes, best = rows[keep], classes[keep], best[keep]
        strides = self._strides[rows]
        centres = (raw[rows, 0:2] + self._corners[rows]) * strides
        halves = np.exp(raw[rows, 2:4]) * (strides * np.float32(0.5))
        return Candidates(
            boxes=np.concatenate([centres - halves, centres + halves], axis=1),
            scores=best,
            classes=classes,
        )


class GflHead:
    """Per stride one output of class scores and one of distributions of the four distances
    (Generalized Focal Loss, Li et al. 2020): NanoDet, PicoDet."""

    def __init__(self, card: ModelCard) -> None:
        decoder = card.decoder
        self._levels = len(decoder.strides)
        self._columns = np.array([card.classes.index(name) for name in card.used_classes])
        self._bins = decoder.bins
        self._steps: Floats = np.arange(decoder.bins, dtype=np.float32)
        self._strides = [np.float32(stride) for stride in decoder.strides]
        self._centres: list[Floats] = [
            (cells(card, stride) + np.float32(0.5)) * np.float32(stride)
            for stride in decoder.strides
        ]
        sizes = [len(centres) for centres in self._centres]
        self.outputs: Mapping[str, tuple[int, int]] = {
            **{
                name: (rows, len(card.classes))
                for name, rows in zip(decoder.scores, sizes, strict=True)
            },
            **{
                name: (rows, 4 * decoder.bins)
                for name, rows in zip(decoder.boxes, sizes, strict=True)
            },
        }

    def decode(self, outputs: Sequence[Floats], score_min: float) -> Candidates:
        levels = [
            self._level(i, outputs[i][0], outputs[self._levels + i][0], score_min)
            for i in range(self._levels)
        ]
        return Candidates(
            boxes=np.concatenate([level.boxes for level in levels]),
            scores=np.concatenate([level.scores for level in levels]),
            classes=np.concatenate([level.classes for level in levels]),
        )

    def _level(self, level: int, scores: Floats, boxes: Floats, score_min: float) -> Candidates:
        classes, best = best_classes(scores[:, self._columns])
        rows = np.flatnonzero(best >= score_min)
        logits = boxes[rows].reshape(-1, 4, self._bins)
        weights = np.exp(logits - logits.max(axis=2, keepdims=True))
        distances = (weights @ self._steps) / weights.sum(axis=2) * self._strides[level]
        centres = self._centres[level][rows]
        corners = np.concatenate([centres - distances[:, :2], centres + distances[:, 2:]], axis=1)
        return Candidates(boxes=corners, scores=best[rows], classes=classes[rows])


def cells(card: ModelCard, stride: int) -> Floats:
    """Column and row of every cell of a level, [N, 2], row by row."""
    columns, rows = -(-card.input.width // stride), -(-card.input.height // stride)
    x, y = np.meshgrid(np.arange(columns), np.arange(rows))
    return np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)


def best_classes(scores: Floats) -> tuple[NDArray[np.intp], Floats]:
    """The best class of each row, and its score."""
    classes = scores.argmax(axis=1)
    return classes, scores[np.arange(len(scores)), classes]
