"""Builds the model `tiny`: a real ONNX file with fixed weights that finds bright blobs, with
YOLOX's raw outputs. For tests and for trying things out.

A picture becomes a brightness mask in 4 x 4-pixel cells. Around each cell, sums over a window give
the blob's mass, centre and extents (first and second moments); where the smoothed mask peaks there
is one blob. Taller than wide it is called a person, otherwise a car.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

SIDE, STRIDE = 160, 4
CELLS = SIDE // STRIDE
REACH = 8  # cells to each side that belong to a window: blobs up to 64 pixels of the input
DARK, SPAN = (
    170.0,
    40.0,
)  # grey level at which a pixel begins to count, and the levels until it counts fully
PEAK_MIN = 0.35  # of the smoothed mask
OPSET, IR_VERSION = 17, 9


def build(dest: Path) -> None:
    """Write the model; the same bytes on every machine."""
    dest.write_bytes(model().SerializeToString(deterministic=True))


def model() -> onnx.ModelProto:
    """Input `images` [1, 3, 160, 160] (0..255), output `output` [1, 1600, 7]: x, y, log w, log h,
    objectness, person, car."""
    graph = _Graph()
    mask = _mask(graph)
    mass, mean_x, mean_y, wide, high = _moments(graph, mask)
    peak = _peak(graph, mask)
    taller = graph.node(
        "Sigmoid", graph.node("Mul", graph.node("Sub", high, wide), graph.number(4.0))
    )
    wider = graph.node("Sub", graph.number(1.0), taller)
    half = graph.number(0.5)
    columns = [
        graph.node("Add", mean_x, half),
        graph.node("Add", mean_y, half),
        graph.node("Log", wide),
        graph.node("Log", high),
        graph.node("Mul", peak, graph.node("Clip", mass, graph.number(0.0), graph.number(1.0))),
        taller,
        wider,
    ]
    stacked = graph.node("Concat", *columns, axis=1)
    flat = graph.node(
        "Reshape", stacked, graph.constant(np.array([1, len(columns), CELLS * CELLS], np.int64))
    )
    graph.node("Transpose", flat, to="output", perm=[0, 2, 1])
    return graph.finish([1, CELLS * CELLS, len(columns)])


def _mask(graph: "_Graph") -> str:
    grey = graph.node("ReduceMean", "images", axes=[1], keepdims=1)
    level = graph.node("Div", graph.node("Sub", grey, graph.number(DARK)), graph.number(SPAN))
    bright = graph.node("Clip", level, graph.number(0.0), graph.number(1.0))
    return graph.node(
        "AveragePool", bright, kernel_shape=[STRIDE, STRIDE], strides=[STRIDE, STRIDE]
    )


def _moments(graph: "_Graph", mask: str) -> tuple[str, str, str, str, str]:
    """Mass, centre (cells from this one) and extents (cells) of what is bright in the window around
    each cell."""
    steps = np.arange(-REACH, REACH + 1, dtype=np.float32)
    x, y = np.meshgrid(steps, steps)
    sums = [graph.sum_over(mask, kernel) for kernel in (np.ones_like(x), x, y, x * x, y * y)]
    mass = graph.node("Max", sums[0], graph.number(1e-3))
    mean_x, mean_y, square_x, square_y = (graph.node("Div", part, mass) for part in sums[1:])
    return mass, mean_x, mean_y, _extent(graph, square_x, mean_x), _extent(graph, square_y, mean_y)


def _extent(graph: "_Graph", square: str, mean: str) -> str:
    """The side of a uniform bar with this variance: sqrt(12 * variance + 1) cells."""
    variance = graph.node(
        "Max", graph.node("Sub", square, graph.node("Mul", mean, mean)), graph.number(0.0)
    )
    return graph.node(
        "Sqrt",
        graph.node("Add", graph.node("Mul", variance, graph.number(12.0)), graph.number(1.0)),
    )


def _peak(graph: "_Graph", mask: str) -> str:
    """The smoothed mask where it is the highest of its surroundings, 0 elsewhere."""
    steps = np.arange(-REACH, REACH + 1)
    tent = REACH + 1 - np.abs(steps)  # whole numbers: no machine's exp() shall change the bytes
    kernel = np.outer(tent, tent).astype(np.float32)
    smooth = graph.sum_over(
        mask, kernel / np.float32((3 * REACH + 1) ** 2)
    )  # 1 where the nine cells in the middle are bright
    highest = graph.node("MaxPool", smooth, kernel_shape=[9, 9], pads=[4, 4, 4, 4], strides=[1, 1])
    is_top = graph.node(
        "Cast", graph.node("GreaterOrEqual", smooth, highest), to_type=TensorProto.FLOAT
    )
    is_there = graph.node(
        "Cast", graph.node("Greater", smooth, graph.number(PEAK_MIN)), to_type=TensorProto.FLOAT
    )
    return graph.node(
        "Mul", graph.node("Mul", is_top, is_there), graph.node("Min", smooth, graph.number(1.0))
    )


class _Graph:
    """Nodes and constants on their way into a model."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def node(
        self, op: str, *inputs: str, to: str = "", to_type: int | None = None, **attributes: Any
    ) -> str:
        name = to or f"t{len(self._nodes)}"
        extra: dict[str, Any] = {"to": to_type} if to_type is not None else {}
        self._nodes.append(helper.make_node(op, list(inputs), [name], **attributes, **extra))
        return name

    def constant(self, array: NDArray[Any]) -> str:
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def number(self, value: float) -> str:
        return self.constant(np.array(value, np.float32))

    def sum_over(self, mask: str, kernel: NDArray[np.float32]) -> str:
        return self.node(
            "Conv", mask, self.constant(kernel[None, None].astype(np.float32)), pads=[REACH] * 4
        )

    def finish(self, shape: list[int]) -> onnx.ModelProto:
        images = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, SIDE, SIDE])
        output = helper.make_tensor_value_info("output", TensorProto.FLOAT, shape)
        graph = helper.make_graph(self._nodes, "tiny", [images], [output], self._constants)
        made = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
        )
        onnx.checker.check_model(made, full_check=True)
        return made
