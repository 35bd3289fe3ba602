"""The head of models that predict a set of objects (Carion et al. 2020): DETR, RT-DETR, D-FINE,
RF-DETR, by their raw outputs, logits and boxes.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from models.card import ModelCard
from street_agent.detect.heads import ANY_NUMBER, Candidates, Floats, best_classes


class SetHead:
    """Logits [1, N, classes] and boxes [1, N, 4], centre and size as shares of the input. A query
    is one object at most, of its best class."""

    def __init__(self, card: ModelCard) -> None:
        decoder = card.decoder
        self._columns = np.array([card.classes.index(name) for name in card.used_classes])
        self._has_softmax = decoder.activation == "softmax"
        sides = (card.input.width, card.input.height)
        self._size: Floats = np.array(sides, np.float32)
        self.outputs: Mapping[str, tuple[int, int]] = {
            decoder.scores[0]: (ANY_NUMBER, len(card.classes)),
            decoder.boxes[0]: (ANY_NUMBER, 4),
        }

    def decode(self, outputs: Sequence[Floats], score_min: float) -> Candidates:
        logits, boxes = outputs[0][0], outputs[1][0]
        scores = _softmax(logits) if self._has_softmax else _sigmoid(logits)
        classes, best = best_classes(scores[:, self._columns])
        rows = np.flatnonzero(best >= score_min)
        centres = boxes[rows, 0:2] * self._size
        halves = boxes[rows, 2:4] * self._size * np.float32(0.5)
        return Candidates(
            boxes=np.concatenate([centres - halves, centres + halves], axis=1),
            scores=best[rows],
            classes=classes[rows],
        )


def _sigmoid(logits: Floats) -> Floats:
    """By the hyperbolic tangent, which overflows nowhere."""
    half = np.float32(0.5)
    scores: Floats = np.tanh(logits * half) * half + half
    return scores


def _softmax(logits: Floats) -> Floats:
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    scores: Floats = weights / weights.sum(axis=1, keepdims=True)
    return scores
