"""Turns a TensorFlow.js graph model (one .json, one .bin) into ONNX, with numpy and onnx alone. An
operator that it does not know is named.

TensorFlow's convolutions want channels last, ONNX's want them second. Instead of transposing back
and forth, a tensor is kept as an ONNX value and the permutation that would make TensorFlow's tensor
of it; most permutations cancel on the way. Weights become initializers, never graph inputs, so that
the runtime can fold and fuse. The bytes written depend on the input alone.
"""

import base64
import json
from collections.abc import Callable, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from citybrain.structs import Struct
from models.errors import DownloadError

OPSET, IR_VERSION = 17, 9
CHANNELS_SECOND = (0, 3, 1, 2)  # as ONNX wants a picture, of TensorFlow's
CHANNELS_LAST = (0, 2, 3, 1)
Array = NDArray[Any]


class Tensor(Struct, frozen=True, kw_only=True):
    """TensorFlow's tensor is `transpose(value, perm)`."""

    value: str
    perm: tuple[int, ...]


def convert_folder(folder: Path, dest: Path) -> None:
    """Convert the one `*.json` graph in `folder`, with the weights that it names beside it. Raises
    `DownloadError`."""
    graphs = sorted(folder.glob("*.json"))
    if len(graphs) != 1:
        raise DownloadError(
            f"expected one TensorFlow.js graph (*.json), found {len(graphs)}. The package has"
            " changed; the card needs an update."
        )
    description = json.loads(graphs[0].read_text(encoding="utf-8"))
    manifest = description["weightsManifest"]
    blob = b"".join((folder / name).read_bytes() for group in manifest for name in group["paths"])
    weights = read_weights([entry for group in manifest for entry in group["weights"]], blob)
    dest.write_bytes(convert(description, weights).SerializeToString(deterministic=True))


def read_weights(entries: list[dict[str, Any]], blob: bytes) -> dict[str, Array]:
    """The weights of the manifest's entries, half floats widened."""
    weights: dict[str, Array] = {}
    at = 0
    for entry in entries:
        quantization = entry.get("quantization")
        stored = np.dtype(quantization["dtype"] if quantization else entry["dtype"]).newbyteorder(
            "<"
        )
        if quantization and quantization["dtype"] != "float16":
            raise DownloadError(
                f"weight {entry['name']} is quantised to {quantization['dtype']}; only float16 is"
                " read."
            )
        count = int(np.prod(entry["shape"], dtype=np.int64))
        if at + count * stored.itemsize > len(blob):
            raise DownloadError(
                f"the weights end before {entry['name']}: the .json and the .bin do not belong"
                " together."
            )
        raw = np.frombuffer(blob, stored, count=count, offset=at).reshape(entry["shape"])
        weights[entry["name"]] = (
            raw.astype(np.float32) if quantization else raw.astype(raw.dtype.newbyteorder("="))
        )
        at += count * stored.itemsize
    return weights


def convert(description: Mapping[str, Any], weights: Mapping[str, Array]) -> onnx.ModelProto:
    """The ONNX model of a TensorFlow.js graph; inputs and outputs keep their names. Raises
    `DownloadError` on an operator it does not know."""
    return _Conversion(description, weights).run()


class _Conversion:
    """One graph on its way: nodes and initializers written so far, and what each TensorFlow name
    stands for."""

    def __init__(self, description: Mapping[str, Any], weights: Mapping[str, Array]) -> None:
        self._nodes = {node["name"]: node for node in description["modelTopology"]["node"]}
        self._signature = description["signature"]
        self._constants: dict[str, Array] = dict(weights)
        self._tensors: dict[str, Tensor] = {}
        self._written: list[Any] = []
        self._initializers: list[Any] = []
        self._count = 0

    def run(self) -> onnx.ModelProto:
        for name in self._in_order():
            if name in self._nodes and name not in self._constants:
                self._convert_node(self._nodes[name])
        inputs = [self._declared(entry, "inputs") for entry in sorted(self._signature["inputs"])]
        outputs = [self._declare_output(entry) for entry in sorted(self._signature["outputs"])]
        graph = helper.make_graph(self._written, "graph", inputs, outputs, self._initializers)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
        )
        model.producer_name = ""
        onnx.checker.check_model(model, full_check=True)
        return model

    def _in_order(self) -> list[str]:
        sorter: TopologicalSorter[str] = TopologicalSorter()
        for node in self._nodes.values():
            sorter.add(node["name"], *(_plain(i) for i in node.get("input", ())))
        return list(sorter.static_order())

    def _convert_node(self, node: dict[str, Any]) -> None:
        inputs = [
            _plain(i) if _plain(i) in self._constants else i
            for i in node.get("input", ())
            if not i.startswith("^")
        ]
        if node["op"] in CONSTANT_OPS and all(i in self._constants for i in inputs):
            self._constants[node["name"]] = CONSTANT_OPS[node["op"]](
                *(self._constants[i] for i in inputs)
            )
            return
        write = OP_WRITERS.get(node["op"])
        if write is None:
            raise DownloadError(
                f"operator {node['op']} ({node['name']}) has no translation. Known:"
                f" {', '.join(sorted(OP_WRITERS))}."
            )
        write(self, node, inputs)

    def constant(self, name: str) -> Array:
        return self._constants[name]

    def is_constant(self, name: str) -> bool:
        return name in self._constants

    def tensor(self, name: str) -> Tensor:
        return self._tensors[name.removesuffix(":0")]

    def bind(self, name: str, tensor: Tensor) -> None:
        self._tensors[name] = tensor

    def initial(self, array: Array) -> str:
        """Store a constant; returns its name."""
        self._count += 1
        self._initializers.append(
            numpy_helper.from_array(np.ascontiguousarray(array), f"w{self._count}")
        )
        return f"w{self._count}"

    def write(
        self, op: str, inputs: list[str], *, outputs: int = 1, **attributes: Any
    ) -> list[str]:
        """Write a node; returns the names of its outputs."""
        names = []
        for _ in range(outputs):
            self._count += 1
            names.append(f"t{self._count}")
        self._written.append(helper.make_node(op, inputs, names, **attributes))
        return names

    def value(self, tensor: Tensor, perm: tuple[int, ...] | None = None) -> str:
        """The ONNX value whose `transpose(value, perm)` is TensorFlow's tensor; `None`: the tensor
        itself."""
        wanted = tuple(range(len(tensor.perm))) if perm is None else perm
        if tensor.perm == wanted:
            return tensor.value
        back = tuple(int(i) for i in np.argsort(wanted))
        return self.write("Transpose", [tensor.value], perm=[tensor.perm[i] for i in back])[0]

    def _declared(self, entry: str, side: str) -> Any:
        shape = [int(d["size"]) for d in self._signature[side][entry]["tensorShape"]["dim"]]
        return helper.make_tensor_value_info(_plain(entry), TensorProto.FLOAT, shape)

    def _declare_output(self, entry: str) -> Any:
        name = self._signature["outputs"][entry]["name"]
        self._written.append(
            helper.make_node("Identity", [self.value(self.tensor(name))], [_plain(entry)])
        )
        return self._declared(entry, "outputs")


def _plain(name: str) -> str:
    return name.lstrip("^").split(":")[0]


def _ints(node: dict[str, Any], attribute: str) -> list[int]:
    return [int(i) for i in node["attr"][attribute]["list"]["i"]]


def _picture(node: dict[str, Any]) -> None:
    form = base64.b64decode(node["attr"]["data_format"]["s"]).decode()
    padding = base64.b64decode(node["attr"]["padding"]["s"]).decode()
    if form != "NHWC" or padding != "VALID":
        raise DownloadError(
            f"{node['name']} has data format {form} and padding {padding}; only NHWC and VALID are"
            " translated."
        )


def _placeholder(c: _Conversion, node: dict[str, Any], _inputs: list[str]) -> None:
    c.bind(
        node["name"],
        Tensor(value=node["name"], perm=tuple(range(len(node["attr"]["shape"]["shape"]["dim"])))),
    )


def _transpose(c: _Conversion, node: dict[str, Any], inputs: list[str]) -> None:
    tensor = c.tensor(inputs[0])
    c.bind(
        node["name"],
        Tensor(value=tensor.value, perm=tuple(tensor.perm[int(i)] for i in c.constant(inputs[1]))),
    )


def _conv(c: _Conversion, node: dict[str, Any], inputs: list[str]) -> None:
    _picture(node)
    kernel = c.constant(inputs[1]).transpose(3, 2, 0, 1)
    picture = c.value(c.tensor(inputs[0]), CHANNELS_LAST)
    settings: dict[str, Any] = {
        "strides": _ints(node, "strides")[1:3],
        "dilations": _ints(node, "dilations")[1:3],
    }
    c.bind(
        node["name"],
        Tensor(
            value=c.write("Conv", [picture, c.initial(kernel)], **settings)[0], perm=CHANNELS_LAST
        ),
    )


def _max_pool(c: _Conversion, node: dict[str, Any], inputs: list[str]) -> None:
    _picture(node)
    settings: dict[str, Any] = {
        "kernel_shape": _ints(node, "ksize")[1:3],
        "strides": _ints(node, "strides")[1:3],
    }
    c.bind(
        node["name"],
        Tensor(
            value=c.write("MaxPool", [c.value(c.tensor(inputs[0]), CHANNELS_LAST)], **settings)[0],
            perm=CHANNELS_LAST,
        ),
    )


def _resize(c: _Conversion, node: dict[str, Any], inputs: list[str]) -> None:
    if not node["attr"]["half_pixel_centers"]["b"] or node["attr"]["align_corners"]["b"]:
        raise DownloadError(
            f"{node['name']} resizes without half-pixel centres; only those are translated."
        )
    rows, columns = (int(i) for i in c.constant(inputs[1]))
    picture = c.value(c.tensor(inputs[0]), CHANNELS_LAST)
    scaled = c.write("Shape", [picture], end=2)[0]
    sizes = c.write("Concat", [scaled, c.initial(np.array([rows, columns], np.int64))], axis=0)[0]
    settings: dict[str, Any] = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
    c.bind(
        node["name"],
        Tensor(
            value=c.write("Resize", [picture, "", "", sizes], **settings)[0], perm=CHANNELS_LAST
        ),
    )


def _pad(c: _Conversion, node: dict[str, Any], inputs: list[str]) -> None:
    tensor = c.tensor(inputs[0])
    by_axis = c.constant(inputs[1])[np.argsort(tensor.perm)].astype(np.int64)
    fill = c.constant(inputs[2]) if len(inputs) > 2 else np.float32(0)
    pads = [c.initial(by_axis.T.ravel()), c.initial(np.asarray(fill, np.float32).reshape(()))]
    c.bind(node["name"], Tensor(value=c.write("Pad", [tensor.value, *pads])[0], perm=tensor.perm))


def _add(c: _Conversion, node: dict[str, Any], inputs: list[str]) -> None:
    first, second = sorted(inputs, key=c.is_constant)
    tensor = c.tensor(first)
    if c.is_constant(second):
        constant = c.constant(second)
        shaped = constant.reshape(
            (1,) * (len(tensor.perm) - constant.ndim) + constant.shape
        ).transpose(np.argsort(tensor.perm))
        other = c.initial(shaped)
    else:
        other = c.value(c.tensor(second), tensor.perm)
    c.bind(node["name"], Tensor(value=c.write("Add", [tensor.value, other])[0], perm=tensor.perm))


def _concat(c: _Conversion, node: dict[str, Any], inputs: list[str]) -> None:
    tensors = [c.tensor(name) for name in inputs[:-1]]
    perm = tensors[0].perm
    axis = perm[int(c.constant(inputs[-1]))]
    c.bind(
        node["name"],
        Tensor(
            value=c.write("Concat", [c.value(t, perm) for t in tensors], axis=axis)[0], perm=perm
        ),
    )


def _split(c: _Conversion, node: dict[str, Any], inputs: list[str]) -> None:
    tensor = c.tensor(inputs[0])
    sizes = c.constant(inputs[1]).astype(np.int64)
    parts = c.write(
        "Split",
        [tensor.value, c.initial(sizes)],
        outputs=len(sizes),
        axis=tensor.perm[int(c.constant(inputs[2]))],
    )
    for i, part in enumerate(parts):
        c.bind(
            node["name"] if i == 0 else f"{node['name']}:{i}", Tensor(value=part, perm=tensor.perm)
        )


def _reshape(c: _Conversion, node: dict[str, Any], inputs: list[str]) -> None:
    shape = c.constant(inputs[1]).astype(np.int64)
    flat = c.write("Reshape", [c.value(c.tensor(inputs[0])), c.initial(shape)])[0]
    c.bind(node["name"], Tensor(value=flat, perm=tuple(range(len(shape)))))


def _same_shape(
    op: str, attribute: str = ""
) -> Callable[[_Conversion, dict[str, Any], list[str]], None]:
    def write(c: _Conversion, node: dict[str, Any], inputs: list[str]) -> None:
        tensor = c.tensor(inputs[0])
        settings: dict[str, Any] = (
            {attribute: float(node["attr"][attribute]["f"])} if attribute else {}
        )
        c.bind(
            node["name"], Tensor(value=c.write(op, [tensor.value], **settings)[0], perm=tensor.perm)
        )

    return write


def _identity(c: _Conversion, node: dict[str, Any], inputs: list[str]) -> None:
    c.bind(node["name"], c.tensor(inputs[0]))


def _dense(indices: Array, shape: Array, values: Array, default: Array) -> Array:
    """TensorFlow's SparseToDense on constants."""
    full = np.full([int(i) for i in shape], default, dtype=np.asarray(values).dtype)
    for i, index in enumerate(indices):
        full[tuple(np.atleast_1d(index))] = values if np.ndim(values) == 0 else values[i]
    return full


CONSTANT_OPS: Mapping[str, Callable[..., Array]] = MappingProxyType(
    {"SparseToDense": _dense, "AddV2": np.add, "Add": np.add, "Identity": np.asarray}
)
OP_WRITERS: Mapping[str, Callable[[_Conversion, dict[str, Any], list[str]], None]] = (
    MappingProxyType(
        {
            "Placeholder": _placeholder,
            "Transpose": _transpose,
            "Conv2D": _conv,
            "MaxPool": _max_pool,
            "ResizeBilinear": _resize,
            "Pad": _pad,
            "PadV2": _pad,
            "Add": _add,
            "AddV2": _add,
            "ConcatV2": _concat,
            "SplitV": _split,
            "Reshape": _reshape,
            "Identity": _identity,
            "LeakyRelu": _same_shape("LeakyRelu", "alpha"),
            "Sigmoid": _same_shape("Sigmoid"),
            "Relu": _same_shape("Relu"),
        }
    )
)
