"""A detector's decoder: models that put the numbers of all boxes one below the other, [1, 5 +
classes, boxes], as many exporters do. Registered as the detector plugin `acme-channels-first`.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from models.card import ModelCard
from street_agent.detect.heads import Candidates, Floats


class ChannelsFirst:
    """Per cell of one grid: x, y (cells from its own), log width, log height (cells), objectness,
    one score a class. The card's `decoder.options.stride`: pixels a cell.
    """

    port = "decoder/1"

    def __init__(self, card: ModelCard) -> None:
        stride = card.decoder.options.get("stride")
        if not isinstance(stride, int) or stride < 1:
            raise ValueError("the card's [decoder.options] has no `stride`, a whole number")
        self._stride = np.float32(stride)
        columns, rows = card.input.width // stride, card.input.height // stride
        x, y = np.meshgrid(np.arange(columns), np.arange(rows))
        self._cells: Floats = np.stack([x.ravel(), y.ravel()]).astype(np.float32)
        self._used = np.array([5 + card.classes.index(name) for name in card.used_classes])
        self.outputs: Mapping[str, tuple[int, int]] = {
            card.decoder.scores[0]: (5 + len(card.classes), columns * rows)
        }

    def decode(self, outputs: Sequence[Floats], score_min: float) -> Candidates:
        raw = outputs[0][0]
        scores = raw[self._used] * raw[4]
        classes = scores.argmax(axis=0)
        best = scores[classes, np.arange(scores.shape[1])]
        keep = np.flatnonzero(best >= score_min)
        centres = (raw[0:2, keep] + self._cells[:, keep]) * self._stride
        halves = np.exp(raw[2:4, keep]) * (self._stride / 2)
        return Candidates(
            boxes=np.concatenate([centres - halves, centres + halves]).T,
            scores=best[keep],
            classes=classes[keep],
        )
