"""The head of models that give one column per box, decoded: YOLOv8 and those exported like it."""

from collections.abc import Mapping, Sequence

import numpy as np

from models.card import ModelCard
from street_agent.detect.heads import Candidates, Floats, best_classes, cells

SIDES = 4  # rows before those of the classes: centre x, centre y, width, height


class TransposedHead:
    """One output [1, 4 + classes, N]: centre and size in input pixels, then scores 0..1 of the
    classes, without an objectness (Ultralytics' export of YOLOv8, YOLOv9 and YOLO11)."""

    def __init__(self, card: ModelCard) -> None:
        self._rows = np.array([SIDES + card.classes.index(name) for name in card.used_classes])
        boxes = sum(len(cells(card, stride)) for stride in card.decoder.strides)
        self.outputs: Mapping[str, tuple[int, int]] = {
            card.decoder.scores[0]: (SIDES + len(card.classes), boxes)
        }

    def decode(self, outputs: Sequence[Floats], score_min: float) -> Candidates:
        raw = outputs[0][0]
        classes, best = best_classes(raw[self._rows].T)
        columns = np.flatnonzero(best >= score_min)
        centres, halves = raw[0:2, columns].T, raw[2:SIDES, columns].T * np.float32(0.5)
        return Candidates(
            boxes=np.concatenate([centres - halves, centres + halves], axis=1),
            scores=best[columns],
            classes=classes[columns],
        )
