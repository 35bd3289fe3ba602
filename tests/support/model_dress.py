"""One detector in other dress: a model with YOLOX's raw outputs, and behind it in the same graph
what makes of them the outputs of another family; before it, another layout of its input.

What a head makes of those must be what the YOLOX head makes of the model as it is.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from models.card import ModelCard
from street_agent.detect.heads import cells

NO_OBJECT = "no-object"
TYPES = {
    "float32": TensorProto.FLOAT,
    "float16": TensorProto.FLOAT16,
    "uint8": TensorProto.UINT8,
}


def as_yolov8(model: onnx.ModelProto, card: ModelCard) -> tuple[onnx.ModelProto, ModelCard]:
    """One output [1, 4 + classes, N]: centre and size in input pixels, scores."""
    graph = _Tail(model, card)
    centres, sizes, scores = graph.decoded()
    columns = graph.node("Concat", centres, sizes, scores, axis=2)
    graph.node("Transpose", columns, to="output0", perm=[0, 2, 1])
    made = graph.finish({"output0": [1, 4 + len(card.classes), graph.boxes]})
    decoder = replace(card.decoder, head="yolov8", scores=("output0",), boxes=())
    return made, replace(card, decoder=decoder)


def as_detr(
    model: onnx.ModelProto, card: ModelCard, activation: str = "sigmoid"
) -> tuple[onnx.ModelProto, ModelCard]:
    """Logits and boxes as shares of the input; with softmax a column more, for no object."""
    graph = _Tail(model, card)
    centres, sizes, scores = graph.decoded()
    sides = np.array([card.input.width, card.input.height] * 2, np.float32)
    boxes = graph.node("Concat", centres, sizes, axis=2)
    graph.node("Div", boxes, graph.constant(sides), to="pred_boxes")
    scores = graph.node(
        "Clip", scores, graph.constant(np.float32(1e-6)), graph.constant(np.float32(1 - 1e-6))
    )
    one, classes = graph.constant(np.float32(1)), card.classes
    if activation == "softmax":
        every = graph.node("ReduceSum", scores, graph.constant(np.array([2])), keepdims=1)
        none = graph.node("Sub", one, every)
        none = graph.node("Max", none, graph.constant(np.float32(1e-6)))
        graph.node("Log", graph.node("Concat", scores, none, axis=2), to="logits")
        classes = (*classes, NO_OBJECT)
    else:
        odds = graph.node("Div", scores, graph.node("Sub", one, scores))
        graph.node("Log", odds, to="logits")
    made = graph.finish({"logits": [1, "queries", len(classes)], "pred_boxes": [1, "queries", 4]})
    decoder = replace(
        card.decoder,
        head="detr",
        scores=("logits",),
        boxes=("pred_boxes",),
        strides=(),
        activation=activation,
    )
    return made, replace(card, decoder=decoder, classes=classes)


def with_input(
    model: onnx.ModelProto, card: ModelCard, *, layout: str, channels: str, kind: str
) -> tuple[onnx.ModelProto, ModelCard]:
    """The model behind an input of this layout, order of channels and type."""
    made = onnx.ModelProto()
    made.CopyFrom(model)
    side = [card.input.height, card.input.width]
    shape = [1, *side, 3] if layout == "nhwc" else [1, 3, *side]
    taken = card.input.name
    nodes = [helper.make_node("Cast", ["given"], ["as_floats"], to=TensorProto.FLOAT)]
    known = "as_floats"
    if layout == "nhwc":
        nodes.append(helper.make_node("Transpose", [known], ["planes"], perm=[0, 3, 1, 2]))
        known = "planes"
    if channels == "rgb":
        made.graph.initializer.append(
            numpy_helper.from_array(np.array([2, 1, 0], np.int64), "other_way_round")
        )
        nodes.append(helper.make_node("Gather", [known, "other_way_round"], ["blue_first"], axis=1))
        known = "blue_first"
    nodes.append(helper.make_node("Identity", [known], [taken]))
    for node in reversed(nodes):
        made.graph.node.insert(0, node)
    del made.graph.input[:]
    made.graph.input.append(helper.make_tensor_value_info("given", TYPES[kind], shape))
    onnx.checker.check_model(made)
    wanted = replace(card.input, name="given", layout=layout, channels=channels, type=kind)
    return made, replace(card, input=wanted)


class _Tail:
    """Nodes that are added behind a model of YOLOX's raw outputs."""

    def __init__(self, model: onnx.ModelProto, card: ModelCard) -> None:
        self._model, self._card, self._count = onnx.ModelProto(), card, 0
        self._model.CopyFrom(model)
        levels = [cells(card, stride) for stride in card.decoder.strides]
        self._corners = np.concatenate(levels)
        self._strides = np.concatenate(
            [
                np.full((len(level), 1), stride, np.float32)
                for level, stride in zip(levels, card.decoder.strides, strict=True)
            ]
        )
        self.boxes = len(self._corners)

    def decoded(self) -> tuple[str, str, str]:
        """Centres and sizes in input pixels, scores of the classes."""
        raw, strides = self._card.decoder.scores[0], self.constant(self._strides)
        moved = self.node("Add", self._columns(raw, 0, 2), self.constant(self._corners))
        centres = self.node("Mul", moved, strides)
        sizes = self.node("Mul", self.node("Exp", self._columns(raw, 2, 4)), strides)
        last = 5 + len(self._card.classes)
        scores = self.node("Mul", self._columns(raw, 4, 5), self._columns(raw, 5, last))
        return centres, sizes, scores

    def node(self, kind: str, *inputs: str, to: str = "", **attributes: Any) -> str:
        name = to or self._name()
        self._model.graph.node.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def constant(self, value: Any) -> str:
        name = self._name()
        self._model.graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def finish(self, outputs: dict[str, list[Any]]) -> onnx.ModelProto:
        del self._model.graph.output[:]
        for name, shape in outputs.items():
            info = helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            self._model.graph.output.append(info)
        onnx.checker.check_model(self._model)
        return self._model

    def _columns(self, name: str, first: int, end: int) -> str:
        bounds = (np.array([first]), np.array([end]), np.array([2]))
        return self.node("Slice", name, *map(self.constant, bounds))

    def _name(self) -> str:
        self._count += 1
        return f"dress_{self._count}"
