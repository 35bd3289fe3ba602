"""The head that a model's card names: a built-in one, or the decoder of an installed package. What
a package's decoder gives is checked before anything else sees it.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import cast

import numpy as np
from numpy.typing import NDArray

from citybrain.plugins.errors import PluginError, PluginNotFoundError, in_short
from citybrain.plugins.load import load
from citybrain.plugins.ports import DECODER, PluginGroup
from models.card import ModelCard
from street_agent.detect.heads import (
    Candidates,
    DecoderPlugin,
    DetectionHead,
    Floats,
    GflHead,
    YoloxHead,
)
from street_agent.detect.set_head import SetHead
from street_agent.detect.transposed_head import TransposedHead
from street_agent.errors import PluginModelError
from street_agent.limits import DECODED_BOXES

HEADS: Mapping[str, Callable[[ModelCard], DetectionHead]] = MappingProxyType(
    {"yolox": YoloxHead, "gfl": GflHead, "yolov8": TransposedHead, "detr": SetHead}
)


def head_of(card: ModelCard) -> DetectionHead:
    """The head that the card names. Raises `PluginModelError` where it is neither built in nor a
    decoder that can be used.
    """
    built_in = HEADS.get(card.decoder.head)
    return built_in(card) if built_in is not None else CheckedHead(card)


class CheckedHead:
    """`heads.DetectionHead` over a package's decoder: whatever goes wrong in it is a
    `PluginModelError`, and no candidate that cannot be leaves it.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        plugin = _loaded(card)
        try:
            self._head = plugin(card)
            asked = dict(self._head.outputs)
        except Exception as error:
            raise self._fault(f"cannot be made ({in_short(error)})") from error
        for name, shape in asked.items():
            if not (isinstance(name, str) and _is_shape(shape)):
                raise self._fault(
                    f"asks for the output {name!r} as {shape!r}, and (rows, columns) is wanted"
                )
        if not asked:
            raise self._fault("asks for no output of the model")
        self.outputs: Mapping[str, tuple[int, int]] = asked

    def decode(self, outputs: Sequence[Floats], score_min: float) -> Candidates:
        try:
            found = self._head.decode(outputs, score_min)
        except Exception as error:
            raise self._fault(f"failed on a picture ({in_short(error)})") from error
        if not isinstance(found, Candidates):
            raise self._fault(f"gave {type(found).__name__} instead of Candidates")
        boxes, scores = np.asarray(found.boxes), np.asarray(found.scores)
        problem = _problem(boxes, scores, np.asarray(found.classes), len(self._card.used_classes))
        if problem:
            raise self._fault(f"gave {problem}")
        return Candidates(
            boxes=boxes.astype(np.float32),
            scores=scores.astype(np.float32),
            classes=np.asarray(found.classes).astype(np.intp),
        )

    def _fault(self, what: str) -> PluginModelError:
        return PluginModelError(
            f"model {self._card.name}: its decoder {self._card.decoder.head} {what}. It is tried"
            " again; tell the author of its package."
        )


def _loaded(card: ModelCard) -> DecoderPlugin:
    head = card.decoder.head
    try:
        return cast("DecoderPlugin", load(PluginGroup.DETECTORS, head, DECODER))
    except PluginNotFoundError as error:
        raise PluginModelError(
            f"model {card.name}: the head {head!r} of its card is not built in"
            f" ({', '.join(HEADS)}), and {error}"
        ) from error
    except PluginError as error:
        raise PluginModelError(f"model {card.name}: {error}") from error


def _is_shape(shape: object) -> bool:
    return (
        isinstance(shape, tuple)
        and len(shape) == 2
        and all(isinstance(side, int) and side > 0 for side in shape)
    )


def _problem(boxes: Floats, scores: Floats, classes: NDArray[np.intp], class_count: int) -> str:
    """What no candidates may be; "" when they may."""
    count = len(scores) if scores.ndim == 1 else -1
    if boxes.shape != (count, 4) or classes.shape != (count,):
        return (
            f"boxes {boxes.shape}, scores {scores.shape} and classes {classes.shape} instead of"
            " (M, 4), (M,) and (M,)"
        )
    if count > DECODED_BOXES.value:
        return f"{count} boxes of one picture, more than {DECODED_BOXES.value}"
    if boxes.dtype.kind not in "fiu" or scores.dtype.kind not in "fiu":
        return "boxes or scores that are no numbers"
    if classes.dtype.kind not in "iu":
        return "classes that are no whole numbers"
    if not (np.isfinite(boxes).all() and np.isfinite(scores).all()):
        return "boxes or scores that are not finite"
    if count and not (scores.min() >= 0 and scores.max() <= 1):
        return "scores outside 0..1"
    if count and not (classes.min() >= 0 and classes.max() < class_count):
        return f"classes outside 0..{class_count - 1}, the card's `used_classes`"
    if count and not (boxes[:, :2] <= boxes[:, 2:]).all():
        return "boxes whose left is beyond their right, or top beyond bottom"
    return ""
