"""A folder of labelled pictures, to measure a model on: COCO (one `.json` file with `images`,
`annotations` and `categories`) or YOLO (`classes.txt`, and beside each picture a `.txt` of the same
name with lines `class centre-x centre-y width height`, shares of the picture).
"""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from citybrain.structs import Struct
from street_agent.errors import LabelsError
from street_agent.limits import LABELLED_PICTURES

PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".webp")
CLASSES = "classes.txt"


class CocoRow(TypedDict):
    """An annotation, as far as it is read."""

    image_id: int | str
    category_id: int
    bbox: list[float]  # left, top, width, height in pixels
    iscrowd: NotRequired[int]


class LabelledPicture(Struct, frozen=True, kw_only=True, eq=False):
    """One picture. `boxes` are shares (0..1) of its width and height; where the file has pixels
    they are pixels, and `is_in_pixels`."""

    path: Path
    boxes: NDArray[np.float32]  # [N, 4] x1, y1, x2, y2
    names: tuple[str, ...]  # [N]
    crowds: tuple[bool, ...]  # [N] an area, in which single objects are not labelled
    is_in_pixels: bool


def labelled_pictures(folder: Path) -> Iterator[LabelledPicture]:
    """Each labelled picture of the folder, in the order of their names. Raises `LabelsError`."""
    if not folder.is_dir():
        raise LabelsError(f"there is no folder {folder}; give one with pictures and their labels.")
    found = sorted(folder.glob("*.json"))
    if (folder / CLASSES).is_file():
        yield from _of_yolo(folder)
    elif len(found) == 1:
        yield from _of_coco(folder, found[0])
    else:
        raise LabelsError(
            f"{folder} has {len(found) or 'no'} .json file(s) and no {CLASSES}. Labels are one"
            f" COCO .json, or {CLASSES} and a .txt beside each picture (YOLO)."
        )


def _of_yolo(folder: Path) -> Iterator[LabelledPicture]:
    classes = [_name(line) for line in _read(folder / CLASSES).splitlines() if line.strip()]
    pictures = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)
    _bounded(folder, len(pictures))
    for path in pictures:
        rows = list(_yolo_rows(path.with_suffix(".txt"), len(classes)))
        boxes = np.array([box for _, box in rows], np.float32).reshape(-1, 4)
        yield LabelledPicture(
            path=path,
            boxes=boxes,
            names=tuple(classes[number] for number, _ in rows),
            crowds=(False,) * len(rows),
            is_in_pixels=False,
        )


def _yolo_rows(path: Path, classes: int) -> Iterator[tuple[int, tuple[float, ...]]]:
    """Without a file the picture shows nothing."""
    if not path.is_file():
        return
    for number, line in enumerate(_read(path).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            first, *sides = line.split()
            label, (x, y, wide, high) = int(first), map(float, sides)
        except ValueError:
            raise LabelsError(
                f"{path}, line {number}: {line[:80]!r} is not `class centre-x centre-y width"
                " height`."
            ) from None
        if not 0 <= label < classes:
            raise LabelsError(
                f"{path}, line {number}: class {label}, but {CLASSES} has {classes} (0 to"
                f" {classes - 1})."
            )
        box = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
        if not all(map(math.isfinite, box)) or wide < 0 or high < 0 or max(map(abs, box)) > 2:
            raise LabelsError(
                f"{path}, line {number}: {line[:80]!r} lies outside the picture; numbers are shares"
                " from 0 to 1, not pixels."
            )
        yield label, box


def _of_coco(folder: Path, file: Path) -> Iterator[LabelledPicture]:
    try:
        table = json.loads(_read(file))
        categories = {int(one["id"]): _name(str(one["name"])) for one in table["categories"]}
        images = {one["id"]: str(one["file_name"]) for one in table["images"]}
        rows: dict[int | str, list[CocoRow]] = {image: [] for image in images}
        for one in table["annotations"]:
            rows.setdefault(one["image_id"], []).append(one)
        _bounded(folder, len(images))
        for image, name in sorted(images.items(), key=lambda one: one[1]):
            yield _coco_picture(folder / Path(name).name, rows[image], categories)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LabelsError(
            f"{file} is no COCO file ({type(error).__name__}: {str(error)[:120]}). It has `images`"
            " (id, file_name), `annotations` (image_id, category_id, bbox) and `categories` (id,"
            " name)."
        ) from error


def _coco_picture(
    path: Path, rows: list[CocoRow], categories: Mapping[int, str]
) -> LabelledPicture:
    boxes = []
    for row in rows:
        x, y, wide, high = (float(side) for side in row["bbox"])
        boxes.append((x, y, x + wide, y + high))
    return LabelledPicture(
        path=path,
        boxes=np.array(boxes, np.float32).reshape(-1, 4),
        names=tuple(categories[int(row["category_id"])] for row in rows),
        crowds=tuple(bool(row.get("iscrowd", 0)) for row in rows),
        is_in_pixels=True,
    )


def _bounded(folder: Path, pictures: int) -> None:
    if pictures > LABELLED_PICTURES.value:
        raise LabelsError(
            f"{folder} has {pictures} pictures, more than {LABELLED_PICTURES.value}; measure on a"
            " part of it."
        )
    if not pictures:
        raise LabelsError(f"{folder} names no picture ({', '.join(PICTURES)}).")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LabelsError(f"{path} cannot be read: {error}.") from error


def _name(said: str) -> str:
    """COCO writes `traffic light` where cards write `traffic_light`."""
    return said.strip().replace(" ", "_")
