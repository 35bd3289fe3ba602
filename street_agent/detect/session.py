"""The rim to ONNX Runtime: opens a model, holds it to its card, and runs it. Errors in our words, with the cure."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as faults

from models.card import Card
from street_agent.errors import ModelError, WrongOutputsError

ERRORS_ONLY = 3
# what ONNX Runtime raises; its classes share no root but Exception
ORT_FAULTS: tuple[type[Exception], ...] = tuple(
    kind for kind in vars(faults).values() if isinstance(kind, type) and issubclass(kind, Exception)
)


class Session:
    """One open model. `run` gives its outputs in the order of `outputs`."""

    def __init__(
        self, card: Card, path: Path, outputs: Mapping[str, tuple[int, int]], *, threads: int = 1
    ) -> None:
        self._card, self._names = card, list(outputs)
        try:
            self._session = ort.InferenceSession(
                str(path), _options(threads), providers=["CPUExecutionProvider"]
            )
        except ORT_FAULTS as error:
            raise ModelError(
                f"model {card.name}: ONNX Runtime cannot open {path} ({_short(error)}). Fetch it again: `citybrain model fetch {card.name}`."
            ) from error
        _hold_input(card, self._session)
        _hold_outputs(card, self._session, outputs)

    def run(self, tensor: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        try:
            made: list[NDArray[np.float32]] = self._session.run(
                self._names, {self._card.input.name: tensor}
            )
        except ORT_FAULTS as error:
            raise ModelError(
                f"model {self._card.name} failed on a frame ({_short(error)}). `citybrain model check {self._card.name}` shows more."
            ) from error
        return made

    def io(self) -> tuple[str, ...]:
        """The file's inputs and outputs, one line each."""
        lines = [f"in   {i.name} {_shape(i.shape)} {i.type}" for i in self._session.get_inputs()]
        return tuple(
            lines
            + [f"out  {o.name} {_shape(o.shape)} {o.type}" for o in self._session.get_outputs()]
        )


def _options(threads: int) -> Any:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = ERRORS_ONLY
    options.add_session_config_entry(
        "session.intra_op.allow_spinning", "0"
    )  # spinning threads starve the other cameras
    return options


def _hold_input(card: Card, session: Any) -> None:
    wanted = [1, 3, card.input.height, card.input.width]
    found = {i.name: list(i.shape) for i in session.get_inputs()}
    shape = found.get(card.input.name)
    if shape is None or len(found) != 1:
        raise WrongOutputsError(
            f"model {card.name} has inputs {', '.join(found)}, but its card names {card.input.name}. {_cure(card)}"
        )
    if len(shape) != 4 or any(
        isinstance(have, int) and have != want for have, want in zip(shape, wanted, strict=True)
    ):
        raise WrongOutputsError(
            f"model {card.name} wants an input of {_shape(shape)}, but its card says {_shape(wanted)}. {_cure(card)}"
        )


def _hold_outputs(card: Card, session: Any, outputs: Mapping[str, tuple[int, int]]) -> None:
    found = {o.name: list(o.shape) for o in session.get_outputs()}
    for name, (rows, columns) in outputs.items():
        shape = found.get(name)
        if shape is None:
            raise WrongOutputsError(
                f"model {card.name} has no output {name}; it has {', '.join(found)}. {_cure(card)}"
            )
        if len(shape) != 3:
            raise WrongOutputsError(
                f"model {card.name} gives {name} as {_shape(shape)}, but its card's head ({card.decoder.head}) wants [1, boxes, numbers]. {_cure(card)}"
            )
        if isinstance(shape[2], int) and shape[2] != columns:
            raise WrongOutputsError(
                f"model {card.name} gives {shape[2]} numbers per box in {name}, "
                f"but its card lists {len(card.classes)} classes (expected {columns}). {_cure(card)}"
            )
        if isinstance(shape[1], int) and shape[1] != rows:
            raise WrongOutputsError(
                f"model {card.name} gives {shape[1]} boxes in {name}, but its card's input and strides make {rows}. {_cure(card)}"
            )


def _cure(card: Card) -> str:
    return f"They come from different exports. Run `citybrain model check {card.name}`, or fetch both again."


def _shape(shape: list[Any]) -> str:
    return "[" + ", ".join(str(side) for side in shape) + "]"


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
