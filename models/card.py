"""A model's card: what the file is, where it comes from, and all that a detector must know to use
it. Reads and checks cards, which are TOML. Dataclasses, because pydantic checks them.

A new model is one TOML in `cards/` (or anywhere: `model = "my/card.toml"` in the agent's
configuration).
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from models.artifact import (
    Artifact,
    BuildSource,
    DebSource,
    FileSource,
    NpmSource,
    PipSource,
    Source,
    UrlSource,
)
from models.errors import ModelCardError, ModelCardNotFoundError
from models.labels import LABELS

CARDS = Path(__file__).parent / "cards"
BUILT_IN_HEADS = ("yolox", "gfl", "yolov8", "detr")
SIDE_MAX = 4_096  # pixels: beyond that one picture is a third of a gigabyte
HEAD_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInput:
    """The model's input, one picture: `(pixel - mean) / std` per channel, pixels from 0 to 255."""

    name: str
    width: int
    height: int
    # letterbox: aspect kept, picture top left, the rest filled with `pad`; or in the middle
    fit: Literal["letterbox", "letterbox_centred", "stretch"]
    pad: float = 114.0  # grey level, before mean and std
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)  # in the order of `channels`
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    channels: Literal["bgr", "rgb"] = "bgr"
    layout: Literal["nchw", "nhwc"] = "nchw"  # [1, 3, height, width] or [1, height, width, 3]
    type: Literal["float32", "float16", "uint8"] = "float32"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoder:
    """How its outputs become boxes.

    `yolox`: one output [1, N, 5 + classes], raw: centre = (xy + cell) * stride, size = exp(wh) *
    stride, score = objectness * class.
    `gfl`: per stride a `scores` output [1, N, classes] (sigmoid done) and a `boxes` output
    [1, N, 4 * bins]: distributions of the distances to the four sides.
    `yolov8`: one output [1, 4 + classes, N]: centre and size in input pixels, scores (sigmoid
    done). YOLOv8, YOLOv9, YOLO11 and what is exported like them.
    `detr`: a `scores` output of logits [1, N, classes] and a `boxes` output [1, N, 4]: centre and
    size as shares of the input. RT-DETR, D-FINE, RF-DETR (`activation = "sigmoid"`), DETR
    ("softmax"); `classes` names each column, also the one that stands for no object.
    Any other name is that of a decoder of an installed package (entry points of the group
    `citybrain.detectors`), which reads of the keys what it needs.
    """

    head: str
    strides: tuple[int, ...] = ()
    scores: tuple[str, ...] = ()  # names of outputs
    boxes: tuple[str, ...] = ()
    bins: int = 0
    activation: Literal["sigmoid", "softmax"] = "sigmoid"
    score_min: float = 0.3  # chosen on the labelled clip
    overlap_max: float = 0.55  # two boxes of one kind that overlap more are one object
    # a package's decoder reads them
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """One model."""

    name: str
    file: str
    description: str
    licence: str
    sha256: str
    size: int
    classes: tuple[str, ...]  # of the model's outputs, in order
    used_classes: tuple[str, ...]  # those that are detected; the others are not even decoded
    # groups that count as one kind (a car is often also a truck): the better score wins
    merged_classes: tuple[tuple[str, ...], ...] = ()
    input: ModelInput
    decoder: Decoder
    sources: tuple[Source, ...] = field(default=())

    def artifact(self) -> Artifact:
        """The card's file, as something to fetch."""
        return Artifact(
            name=self.name,
            file=self.file,
            description=self.description,
            licence=self.licence,
            sha256=self.sha256,
            size=self.size,
            sources=self.sources,
        )


SOURCE_KINDS: Mapping[str, type] = MappingProxyType(
    {
        "url": UrlSource,
        "npm": NpmSource,
        "pip": PipSource,
        "deb": DebSource,
        "file": FileSource,
        "build": BuildSource,
    }
)


def names() -> tuple[str, ...]:
    """The cards that come with the project."""
    return tuple(sorted(path.stem for path in CARDS.glob("*.toml")))


def load(name: str) -> ModelCard:
    """The card of that name, or the one in the file `name` (ending in .toml). Raises
    `ModelCardNotFoundError` or `ModelCardError`."""
    path = Path(name) if name.endswith(".toml") else CARDS / f"{name}.toml"
    if not path.is_file():
        raise ModelCardNotFoundError(name, names())
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ModelCardError(
            f"{path} is no TOML: {error}. Compare it with {CARDS / 'yolox-nano.toml'}."
        ) from error
    return read(table, str(path))


def read(table: dict[str, Any], where: str) -> ModelCard:
    """The card that a TOML table describes; `where` names it in complaints. Raises
    `ModelCardError`."""
    rest = dict(table)
    rest["classes"] = (
        LABELS.get(rest.get("classes", ""), ())
        if isinstance(rest.get("classes"), str)
        else rest.get("classes", ())
    )
    rest["sources"] = tuple(_source(entry, where) for entry in rest.pop("source", ()))
    rest["input"] = _typed(ModelInput, rest.get("input", {}), f"{where} [input]")
    rest["decoder"] = _typed(Decoder, rest.get("decoder", {}), f"{where} [decoder]")
    card = _typed(ModelCard, rest, where)
    problems = list(_contradictions(card))
    if problems:
        raise ModelCardError(f"{where}: " + " ".join(problems))
    return card


def _source(entry: dict[str, Any], where: str) -> Source:
    kind = entry.get("kind", "")
    if kind not in SOURCE_KINDS:
        raise ModelCardError(
            f"{where}: a [[source]] of kind {kind!r} is unknown. Known kinds:"
            f" {', '.join(SOURCE_KINDS)}."
        )
    source: Source = _typed(
        SOURCE_KINDS[kind],
        {k: v for k, v in entry.items() if k != "kind"},
        f"{where} [[source]] {kind}",
    )
    return source


def _typed(kind: type[T], table: dict[str, Any], where: str) -> T:
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]  # a dataclass
    unknown = sorted(set(table) - known)
    if unknown:
        raise ModelCardError(
            f"{where}: unknown key(s) {', '.join(unknown)}. Known: {', '.join(sorted(known))}."
        )
    try:
        return TypeAdapter(kind).validate_python(table)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors()
        )
        raise ModelCardError(f"{where}: {problems}.") from error


def _contradictions(card: ModelCard) -> list[str]:
    """Contradictions between keys that are each valid."""
    problems = []
    if not card.classes:
        problems.append(
            f"`classes` is empty or unknown; give the list of names or one of {', '.join(LABELS)}."
        )
    unknown = [
        name
        for name in (*card.used_classes, *(n for group in card.merged_classes for n in group))
        if name not in card.classes
    ]
    if unknown:
        problems.append(
            f"`used_classes` and `merged_classes` name {', '.join(unknown)}, which `classes` does"
            " not have."
        )
    problems += _of_input(card.input)
    if card.decoder.head in BUILT_IN_HEADS:
        problems += _of_built_in_head(card)
    elif not HEAD_NAME.fullmatch(card.decoder.head):
        problems.append(
            f"`decoder.head` is {card.decoder.head!r}; use {', '.join(BUILT_IN_HEADS)}, or the name"
            " of an installed decoder (`citybrain plugins list`)."
        )
    if len(card.sha256) != 64:
        problems.append("`sha256` is not 64 hexadecimal digits; `sha256sum FILE` prints it.")
    return problems


def _of_built_in_head(card: ModelCard) -> list[str]:
    head, problems = card.decoder.head, []
    levels, named = len(card.decoder.strides), len(card.decoder.scores)
    if head == "detr":
        if named != 1 or len(card.decoder.boxes) != 1:
            problems.append("a detr head has one output in `scores` and one in `boxes`.")
    elif not levels:
        problems.append(f"a {head} head has at least one stride in `strides`.")
    if card.decoder.options:
        problems.append(f"a {head} head has no `options`; leave them out.")
    if head in ("yolox", "yolov8") and named != 1:
        problems.append(f"a {head} head has one output in `scores`.")
    if head == "gfl" and not (named == len(card.decoder.boxes) == levels and card.decoder.bins > 1):
        problems.append(
            f"a gfl head has one output in `scores` and one in `boxes` per stride ({levels}), and"
            " `bins` above 1."
        )
    return problems


def _of_input(wanted: ModelInput) -> list[str]:
    problems = []
    if not (1 <= wanted.width <= SIDE_MAX and 1 <= wanted.height <= SIDE_MAX):
        problems.append(f"`input.width` and `input.height` are from 1 to {SIDE_MAX} pixels.")
    if any(std == 0 for std in wanted.std):
        problems.append("`input.std` has a zero, by which nothing can be divided.")
    is_plain = set(wanted.mean) == {0.0} and set(wanted.std) == {1.0}
    if wanted.type == "uint8" and not is_plain:
        problems.append("an input of `type` uint8 takes pixels as they are: no `mean`, no `std`.")
    return problems
