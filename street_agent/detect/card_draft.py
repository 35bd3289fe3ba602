"""A card for a model's file, drafted from what the file itself says: its input, and by the shapes
of its outputs the family it is of. What no file says (classes, order of channels, scaling) is
guessed as the family's own export does it, and marked.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

from citybrain.structs import Struct
from models.card import read
from models.labels import LABELS
from street_agent.detect.session import TENSORS, Port, ports_of
from street_agent.errors import ModelError

SIDE = 640  # where the file leaves it open
STRIDES = (8, 16, 32)
OTHER_STRIDES = (4, 8, 16, 32, 64, 128)
STREET = ("person", "bicycle", "car", "motorcycle", "bus", "truck")
MERGED = (("car", "bus", "truck"), ("bicycle", "motorcycle"))


class Family(Struct, frozen=True, kw_only=True):
    """How models of a head are exported as a rule."""

    fit: str
    channels: str
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    score_min: float = 0.4


FAMILIES = {
    "yolox": Family(fit="letterbox", channels="bgr", score_min=0.5),
    "yolov8": Family(fit="letterbox_centred", channels="rgb", std=(255.0, 255.0, 255.0)),
    "detr": Family(fit="stretch", channels="rgb", std=(255.0, 255.0, 255.0)),
    "gfl": Family(
        fit="stretch",
        channels="bgr",
        mean=(103.53, 116.28, 123.675),
        std=(57.375, 57.12, 58.395),
        score_min=0.5,
    ),
}


class _Outputs(Struct, frozen=True, kw_only=True):
    """What the outputs are taken for."""

    head: str
    classes: int
    scores: tuple[str, ...]
    boxes: tuple[str, ...] = ()
    bins: int = 0
    strides: tuple[int, ...] = ()


def draft(path: Path, *, licence: str) -> str:
    """The card, as TOML that `models.card` reads. Raises `ModelError` where the file is no model,
    or of no family whose outputs can be decoded."""
    inputs, outputs = ports_of(path)
    (name, layout, kind, height, width), is_open = _input(path, inputs)
    taken = _outputs(path, outputs, height, width)
    family = FAMILIES[taken.head]
    classes = next(
        (known for known, labels in LABELS.items() if len(labels) == taken.classes), None
    )
    named = LABELS[classes] if classes else _numbered(taken.classes)
    used = [one for one in STREET if one in named] or list(named)
    is_plain = kind == "uint8"
    lines = [
        f"# Drafted from {path.name}. What no file says is marked with `guessed`: compare it with",
        "# how the model was exported, then: citybrain model check CARD.toml --picture STILL.jpg",
        f"name = {_text(_card_name(path))}",
        f"file = {_text(path.name)}",
        'description = "A model that this city brings"',
        f"licence = {_text(licence)}",
        f"sha256 = {_text(_sha256(path))}",
        f"size = {path.stat().st_size}",
        f"classes = {_text(classes) if classes else _list(named)} # guessed: in this order",
        f"used_classes = {_list(used)} # those that the street needs",
        *_merged(used),
        "",
        "[input]",
        f"name = {_text(name)}",
        f"width = {width}{' # guessed: the file leaves it open' if is_open else ''}",
        f"height = {height}",
        f'fit = "{family.fit}" # guessed',
        f'layout = "{layout}"',
        f'channels = "{family.channels}" # guessed',
        f'type = "{kind}"',
        *([] if is_plain else [f"mean = {list(family.mean)} # guessed, of pixels from 0 to 255"]),
        *([] if is_plain else [f"std = {list(family.std)} # guessed"]),
        "",
        "[decoder]",
        f'head = "{taken.head}"',
        *_decoder(taken),
        f"score_min = {family.score_min} # guessed: choose it on your own pictures",
        "overlap_max = 0.55",
        "",
        "[[source]]",
        f'kind = "file" # citybrain model fetch CARD.toml --file {path.name}',
        "",
    ]
    text = "\n".join(lines)
    read(tomllib.loads(text), path.name)
    return text


def _input(path: Path, inputs: Sequence[Port]) -> tuple[tuple[str, str, str, int, int], bool]:
    """Name, layout, type, height and width; and whether the file leaves its size open."""
    if len(inputs) != 1 or len(inputs[0].shape) != 4:
        raise ModelError(
            f"{path} takes {', '.join(map(str, inputs))}, and one picture of four sides is wanted."
            " Export it with its raw outputs, without what scales boxes to a picture's size."
        )
    (port,) = inputs
    kind = TENSORS.get(port.type)
    if kind is None:
        known = ", ".join(TENSORS.values())
        raise ModelError(f"{path} takes {port}; pictures are given as {known}.")
    is_last = port.shape[3] == 3 and port.shape[1] != 3
    sides = port.shape[1:3] if is_last else port.shape[2:4]
    height, width = (side if isinstance(side, int) and side > 0 else SIDE for side in sides)
    is_open = not all(isinstance(side, int) and side > 0 for side in sides)
    return (port.name, "nhwc" if is_last else "nchw", kind, height, width), is_open


def _outputs(path: Path, outputs: Sequence[Port], height: int, width: int) -> _Outputs:
    for found in (*_single(outputs, height, width), *_pair(outputs), *_levels(outputs)):
        return found
    said = "; ".join(map(str, outputs))
    raise ModelError(
        f"{path} gives {said}, which is none of {', '.join(FAMILIES)}. A package can bring a"
        " decoder for it: see the recipe for a detector."
    )


def _single(outputs: Sequence[Port], height: int, width: int) -> Iterator[_Outputs]:
    """One output: boxes in rows (YOLOX) or in columns (YOLOv8), by which side fits the strides."""
    if len(outputs) != 1 or len(outputs[0].shape) != 3:
        return
    (port,) = outputs
    _, rows, columns = port.shape
    if isinstance(columns, int) and columns > 5 and (strides := _strides(rows, height, width)):
        yield _Outputs(head="yolox", classes=columns - 5, scores=(port.name,), strides=strides)
    if isinstance(rows, int) and rows > 4 and (strides := _strides(columns, height, width)):
        yield _Outputs(head="yolov8", classes=rows - 4, scores=(port.name,), strides=strides)


def _pair(outputs: Sequence[Port]) -> Iterator[_Outputs]:
    """Logits and boxes of a set. Where both have four columns the names decide."""
    if len(outputs) != 2 or any(len(port.shape) != 3 for port in outputs):
        return
    ordered = sorted(outputs, key=lambda port: _is_called_boxes(port.name))
    scores, boxes = ordered if ordered[1].shape[2] == 4 else reversed(ordered)
    classes = scores.shape[2]
    if boxes.shape[2] == 4 and isinstance(classes, int) and classes > 0:
        yield _Outputs(head="detr", classes=classes, scores=(scores.name,), boxes=(boxes.name,))


def _is_called_boxes(name: str) -> bool:
    return re.search(r"box|dets", name, re.IGNORECASE) is not None


def _levels(outputs: Sequence[Port]) -> Iterator[_Outputs]:
    """Scores and distributions of each stride, finest first."""
    levels = len(outputs) // 2
    if len(outputs) % 2 or levels < 2 or any(len(port.shape) != 3 for port in outputs):
        return
    widths = {port.shape[2] for port in outputs}
    if len(widths) != 2 or not all(isinstance(one, int) for one in widths):
        return
    bins = min((one for one in widths if isinstance(one, int) and not one % 4), default=0)
    (classes,) = [one for one in widths if one != bins] or [0]
    scores = [port for port in outputs if port.shape[2] == classes]
    if len(scores) != levels or not bins or not isinstance(classes, int):
        return
    boxes = [port for port in outputs if port.shape[2] == bins]
    by_size = sorted(range(levels), key=lambda n: -_count(scores[n].shape[1]))
    yield _Outputs(
        head="gfl",
        classes=classes,
        scores=tuple(scores[n].name for n in by_size),
        boxes=tuple(boxes[n].name for n in by_size),
        bins=bins // 4,
        strides=tuple(8 * 2**n for n in range(levels)),
    )


def _strides(boxes: int | str | None, height: int, width: int) -> tuple[int, ...]:
    """Those of which a model has so many cells; () where none are."""
    if not isinstance(boxes, int):
        return ()
    choices = [STRIDES, *(c for n in range(1, 6) for c in combinations(OTHER_STRIDES, n))]
    cells = {stride: -(-height // stride) * -(-width // stride) for stride in OTHER_STRIDES}
    return next((one for one in choices if sum(cells[stride] for stride in one) == boxes), ())


def _count(side: int | str | None) -> int:
    return side if isinstance(side, int) else 0


def _decoder(taken: _Outputs) -> list[str]:
    lines = [f"scores = {_list(taken.scores)}"]
    if taken.strides:
        lines.append(f"strides = {list(taken.strides)}")
    if taken.boxes:
        lines.append(f"boxes = {_list(taken.boxes)}")
    if taken.bins:
        lines.append(f"bins = {taken.bins}")
    if taken.head == "detr":
        lines.append('activation = "sigmoid" # guessed; "softmax" of DETR itself')
    return lines


def _merged(used: Sequence[str]) -> list[str]:
    groups = [[one for one in group if one in used] for group in MERGED]
    groups = [group for group in groups if len(group) > 1]
    return [f"merged_classes = {json.dumps(groups)}"] if groups else []


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(f"class_{number}" for number in range(count))


def _card_name(path: Path) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("-.") or "model"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _list(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
