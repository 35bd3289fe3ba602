"""The adapter to ONNX Runtime: opens a model, checks it against its card, and runs it. Translates
errors, with the cure."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from citybrain.structs import Struct
from models.card import ModelCard
from street_agent.detect.heads import ANY_NUMBER
from street_agent.detect.preprocess import input_shape
from street_agent.errors import ModelError, WrongOutputsError

ERRORS_ONLY = 3
TENSORS = {"tensor(float)": "float32", "tensor(float16)": "float16", "tensor(uint8)": "uint8"}
# What ONNX Runtime raises; its classes share no root but Exception.
ORT_ERRORS: tuple[type[Exception], ...] = tuple(
    kind
    for kind in vars(ort_errors).values()
    if isinstance(kind, type) and issubclass(kind, Exception)
)


class Port(Struct, frozen=True):
    """An input or output of a file. A side that it leaves open is a name, or None."""

    name: str
    shape: tuple[int | str | None, ...]
    type: str  # as ONNX Runtime says it: tensor(float)

    def __str__(self) -> str:
        return f"{self.name} {_shape(self.shape)} {self.type}"


def ports_of(path: Path) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    """The file's inputs and outputs. Raises `ModelError`."""
    if not path.is_file():
        raise ModelError(f"there is no file {path}.")
    try:
        session = ort.InferenceSession(str(path), _options(1), providers=["CPUExecutionProvider"])
    except ORT_ERRORS as error:
        raise ModelError(f"ONNX Runtime cannot open {path} ({_short(error)}).") from error
    return _ports(session.get_inputs()), _ports(session.get_outputs())


class OnnxSession:
    """One open model. `run` gives its outputs in the order of `outputs`."""

    def __init__(
        self,
        card: ModelCard,
        path: Path,
        outputs: Mapping[str, tuple[int, int]],
        *,
        threads: int = 1,
    ) -> None:
        self._card, self._names = card, list(outputs)
        try:
            self._session = ort.InferenceSession(
                str(path), _options(threads), providers=["CPUExecutionProvider"]
            )
        except ORT_ERRORS as error:
            raise ModelError(
                f"model {card.name}: ONNX Runtime cannot open {path} ({_short(error)}). Fetch it"
                f" again: `citybrain model fetch {card.name}`."
            ) from error
        _check_input(card, self._session)
        _check_outputs(card, self._session, outputs)

    def run(self, tensor: NDArray[np.generic]) -> list[NDArray[np.float32]]:
        try:
            made = self._session.run(self._names, {self._card.input.name: tensor})
        except ORT_ERRORS as error:
            raise ModelError(
                f"model {self._card.name} failed on a frame ({_short(error)})."
                f" `citybrain model check {self._card.name}` shows more."
            ) from error
        # a model of half precision gives such numbers; decoders reckon in whole ones
        return [np.asarray(one, np.float32) for one in made]

    def io(self) -> tuple[str, ...]:
        """The file's inputs and outputs, one line each."""
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        lines = [f"in   {port}" for port in _ports(inputs)]
        return tuple(lines + [f"out  {port}" for port in _ports(outputs)])


def _ports(args: Sequence[ort.NodeArg]) -> tuple[Port, ...]:
    return tuple(Port(arg.name, tuple(arg.shape), arg.type) for arg in args)


def _options(threads: int) -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = ERRORS_ONLY
    # Spinning threads starve the other cameras.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def _check_input(card: ModelCard, session: ort.InferenceSession) -> None:
    wanted = input_shape(card.input)
    found = {i.name: list(i.shape) for i in session.get_inputs()}
    types = {i.name: TENSORS.get(i.type, i.type) for i in session.get_inputs()}
    shape, kind = found.get(card.input.name), types.get(card.input.name)
    if shape is None or len(found) != 1:
        raise WrongOutputsError(
            f"model {card.name} has inputs {', '.join(found)}, but its card names"
            f" {card.input.name}. {_cure(card)}"
        )
    if len(shape) != 4 or any(
        isinstance(have, int) and have != want for have, want in zip(shape, wanted, strict=True)
    ):
        raise WrongOutputsError(
            f"model {card.name} wants an input of {_shape(shape)}, but its card says"
            f" {_shape(wanted)}. {_cure(card)}"
        )
    if kind != card.input.type:
        raise WrongOutputsError(
            f"model {card.name} wants numbers of type {kind}, but its card says {card.input.type}"
            f" (`input.type`). {_cure(card)}"
        )


def _check_outputs(
    card: ModelCard, session: ort.InferenceSession, outputs: Mapping[str, tuple[int, int]]
) -> None:
    found = {o.name: list(o.shape) for o in session.get_outputs()}
    for name, (rows, columns) in outputs.items():
        shape = found.get(name)
        if shape is None:
            raise WrongOutputsError(
                f"model {card.name} has no output {name}; it has {', '.join(found)}. {_cure(card)}"
            )
        if len(shape) != 3:
            raise WrongOutputsError(
                f"model {card.name} gives {name} as {_shape(shape)}, but its card's head"
                f" ({card.decoder.head}) wants [1, boxes, numbers]. {_cure(card)}"
            )
        if _differs(shape[1], rows) and _differs(shape[2], columns):
            raise WrongOutputsError(
                f"model {card.name} gives {name} as {_shape(shape)}, but its card's head"
                f" ({card.decoder.head}), input and classes make {_shape([1, rows, columns])}."
                f" {_cure(card)}"
            )
        per_box = (rows, shape[1]) if card.decoder.head == "yolov8" else (columns, shape[2])
        boxes = (columns, shape[2]) if card.decoder.head == "yolov8" else (rows, shape[1])
        if _differs(per_box[1], per_box[0]):
            raise WrongOutputsError(
                f"model {card.name} gives {per_box[1]} numbers per box in {name}, "
                f"but its card lists {len(card.classes)} classes (expected {per_box[0]})."
                f" {_cure(card)}"
            )
        if _differs(boxes[1], boxes[0]):
            raise WrongOutputsError(
                f"model {card.name} gives {boxes[1]} boxes in {name}, but its card's input and"
                f" strides make {boxes[0]}. {_cure(card)}"
            )


def _differs(has: int | str | None, wanted: int) -> bool:
    """A side that the file leaves open is whatever the card says."""
    return isinstance(has, int) and wanted != ANY_NUMBER and has != wanted


def _cure(card: ModelCard) -> str:
    return (
        f"They come from different exports. Run `citybrain model check {card.name}`, or fetch both"
        " again."
    )


def _shape(shape: Sequence[int | str | None]) -> str:
    return "[" + ", ".join(str(side) for side in shape) + "]"


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
