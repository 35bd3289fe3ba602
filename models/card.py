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
BUILT_IN_HEADS = ("yolox", "gfl")
HEAD_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInput:
    """The model's input: float32 [1, 3, height, width], blue first, `(pixel - mean) / std` per
    channel."""

    name: str
    width: int
    height: int
    # letterbox: aspect kept, picture top left, the rest filled with `pad`
    fit: Literal["letterbox", "stretch"]
    pad: float = 114.0  # grey level, before mean and std
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoder:
    """How its outputs become boxes.

    `yolox`: one output [1, N, 5 + classes], raw: centre = (xy + cell) * stride, size = exp(wh) *
    stride, score = objectness * class.
    `gfl`: per stride a `scores` output [1, N, classes] (sigmoid done) and a `boxes` output
    [1, N, 4 * bins]: distributions of the distances to the four sides.
    Any other name is that of a decoder of an installed package (entry points of the group
    `citybrain.detectors`), which reads of the keys what it needs.
    """

    head: str
    strides: tuple[int, ...] = ()
    scores: tuple[str, ...] = ()  # names of outputs
    boxes: tuple[str, ...] = ()
    bins: int = 0
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
    problems = []
    levels = len(card.decoder.strides)
    if not levels:
        problems.append(f"a {card.decoder.head} head has at least one stride in `strides`.")
    if card.decoder.options:
        problems.append(f"a {card.decoder.head} head has no `options`; leave them out.")
    if card.decoder.head == "yolox" and len(card.decoder.scores) != 1:
        problems.append("a yolox head has one output in `scores`.")
    if card.decoder.head == "gfl" and not (
        len(card.decoder.scores) == len(card.decoder.boxes) == levels and card.decoder.bins > 1
    ):
        problems.append(
            f"a gfl head has one output in `scores` and one in `boxes` per stride ({levels}), and"
            " `bins` above 1."
        )
    return problems
