"""TensorFlow.js graphs become ONNX that computes the same: held against a slow reading of the graph
in TensorFlow's own layout.
"""

import base64
import json

import numpy as np
import onnxruntime as ort
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.convert_tfjs import convert, convert_folder, read_weights
from models.errors import DownloadError


def text(value):
    return {"s": base64.b64encode(value.encode()).decode()}


def whole(*numbers):
    return {"list": {"i": [str(n) for n in numbers]}}


def conv(name, picture, kernel, *, stride=1):
    return {
        "name": name,
        "op": "Conv2D",
        "input": [picture, kernel],
        "attr": {
            "padding": text("VALID"),
            "data_format": text("NHWC"),
            "strides": whole(1, stride, stride, 1),
            "dilations": whole(1, 1, 1, 1),
        },
    }


def node(op, name, *inputs, **attr):
    return {"name": name, "op": op, "input": list(inputs), "attr": attr}


def shape_of(*sides):
    return {"dim": [{"size": str(side)} for side in sides]}


SIDE = 10
# every operator that the converter knows, in the manner in which ONNX models arrive in
# TensorFlow.js: channels first outside, last inside
NODES = [
    {"name": "in", "op": "Placeholder", "attr": {"shape": {"shape": shape_of(1, 3, SIDE, SIDE)}}},
    node("Pad", "padded", "in", "pads"),
    node("Transpose", "last", "padded", "to_last"),
    conv("conv1", "last", "kernel1", stride=2),
    node("Add", "biased", "conv1", "bias1"),
    node("Transpose", "first", "biased", "to_first"),
    node("LeakyRelu", "leaky", "first", alpha={"f": 0.1}),
    node("PadV2", "walled", "leaky", "pads", "low"),
    node("Transpose", "last2", "walled", "to_last"),
    {
        "name": "pooled",
        "op": "MaxPool",
        "input": ["last2"],
        "attr": {
            "padding": text("VALID"),
            "data_format": text("NHWC"),
            "ksize": whole(1, 3, 3, 1),
            "strides": whole(1, 2, 2, 1),
        },
    },
    {
        "name": "grown",
        "op": "ResizeBilinear",
        "input": ["pooled", "size"],
        "attr": {"half_pixel_centers": {"b": True}, "align_corners": {"b": False}},
    },
    node("Transpose", "first2", "grown", "to_first"),
    node("Relu", "cut", "leaky"),
    node("Add", "joined", "first2", "cut"),
    node("ConcatV2", "stacked", "joined", "leaky", "axis1"),
    node("Transpose", "last3", "stacked", "to_last"),
    conv("conv2", "last3", "kernel2"),
    node("SplitV", "parts", "conv2", "split_sizes", "axis3"),
    node("Sigmoid", "likely", "parts"),
    node("SparseToDense", "extra", "nowhere", "three", "nothing", "zero"),
    node("AddV2", "flat_shape", "base_shape", "extra"),
    node("Reshape", "scores", "likely", "flat_shape"),
    node("Transpose", "boxes_first", "parts:1", "to_first"),
    node("Identity", "out_scores", "scores"),
    node("Identity", "out_boxes", "boxes_first"),
]


def weights(seed):
    chance = np.random.default_rng(seed)
    return {
        "pads": np.array([[0, 0], [0, 0], [1, 1], [1, 1]], np.int32),
        "low": np.array(-1e9, np.float32),
        "to_last": np.array([0, 2, 3, 1], np.int32),
        "to_first": np.array([0, 3, 1, 2], np.int32),
        "kernel1": chance.normal(0, 0.3, (3, 3, 3, 4)).astype(np.float32),
        "bias1": chance.normal(0, 0.3, 4).astype(np.float32),
        "size": np.array([5, 5], np.int32),
        "axis1": np.array(1, np.int32),
        "kernel2": chance.normal(0, 0.3, (1, 1, 8, 6)).astype(np.float32),
        "split_sizes": np.array([2, 4], np.int32),
        "axis3": np.array(3, np.int32),
        "nowhere": np.zeros((0, 1), np.int32),
        "three": np.array([3], np.int32),
        "nothing": np.zeros(0, np.int32),
        "zero": np.array(0, np.int32),
        "base_shape": np.array([1, 25, 2], np.int32),
    }


def description(nodes=NODES):
    consts = [{"name": name, "op": "Const", "attr": {}} for name in weights(0)]
    return {
        "modelTopology": {"node": [*consts, *nodes]},
        "signature": {
            "inputs": {"in": {"name": "in:0", "tensorShape": shape_of(1, 3, SIDE, SIDE)}},
            "outputs": {
                "out_scores:0": {"name": "out_scores:0", "tensorShape": shape_of(1, 25, 2)},
                "out_boxes:0": {"name": "out_boxes:0", "tensorShape": shape_of(1, 4, 5, 5)},
            },
        },
    }


def conv_slowly(x, kernel, stride):
    k = kernel.shape[0]
    side = (x.shape[1] - k) // stride + 1
    out = np.zeros((1, side, side, kernel.shape[3]))
    for i in range(side):
        for j in range(side):
            window = x[0, i * stride : i * stride + k, j * stride : j * stride + k]
            out[0, i, j] = np.tensordot(window, kernel, axes=3)
    return out


def resize_slowly(x, side):
    have = x.shape[1]
    at = np.clip((np.arange(side) + 0.5) * have / side - 0.5, 0, have - 1)
    low = np.floor(at).astype(int)
    high, share = np.minimum(low + 1, have - 1), (at - low)
    rows = x[:, low] * (1 - share)[None, :, None, None] + x[:, high] * share[None, :, None, None]
    return (
        rows[:, :, low] * (1 - share)[None, None, :, None]
        + rows[:, :, high] * share[None, None, :, None]
    )


def run_slowly(x, w):
    """The graph of NODES by hand, channels last as TensorFlow computes it."""
    ring = ((0, 0), (0, 0), (1, 1), (1, 1))
    first = (
        conv_slowly(np.pad(x, ring).transpose(0, 2, 3, 1), w["kernel1"], 2) + w["bias1"]
    ).transpose(0, 3, 1, 2)
    leaky = np.where(first > 0, first, 0.1 * first)
    walled = np.pad(leaky, ring, constant_values=-1e9)
    pooled = np.array(
        [
            [
                [walled[0, c, i * 2 : i * 2 + 3, j * 2 : j * 2 + 3].max() for c in range(4)]
                for j in range(3)
            ]
            for i in range(3)
        ]
    )[None]
    grown = resize_slowly(pooled, 5).transpose(0, 3, 1, 2)
    stacked = np.concatenate([grown + np.maximum(leaky, 0), leaky], axis=1)
    second = conv_slowly(stacked.transpose(0, 2, 3, 1), w["kernel2"], 1)
    return (1 / (1 + np.exp(-second[..., :2]))).reshape(1, 25, 2), second[..., 2:].transpose(
        0, 3, 1, 2
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32))
def test_it_computes_what_the_graph_computes(seed):
    w, x = (
        weights(seed),
        np.random.default_rng(seed + 1).normal(0, 1, (1, 3, SIDE, SIDE)).astype(np.float32),
    )
    session = ort.InferenceSession(convert(description(), w).SerializeToString())
    scores, boxes = session.run(["out_scores", "out_boxes"], {"in": x})
    want_scores, want_boxes = run_slowly(
        x.astype(float), {k: v.astype(float) for k, v in w.items()}
    )
    assert np.allclose(scores, want_scores, atol=1e-4)
    assert np.allclose(boxes, want_boxes, atol=1e-4)


def test_the_same_graph_gives_the_same_bytes():
    made = {
        convert(description(), weights(3)).SerializeToString(deterministic=True) for _ in range(3)
    }
    assert len(made) == 1


def test_weights_are_no_inputs_and_most_transpositions_cancel():
    graph = convert(description(), weights(3)).graph
    assert [i.name for i in graph.input] == ["in"]
    assert [o.name for o in graph.output] == ["out_boxes", "out_scores"]
    assert sum(n.op_type == "Transpose" for n in graph.node) == 1, (
        "one, for the reshape of the scores; the graph has five"
    )


def test_an_operator_that_it_does_not_know_is_named():
    strange = [*NODES[:-1], node("Einsum", "out_boxes", "boxes_first")]
    with pytest.raises(
        DownloadError, match=r"operator Einsum \(out_boxes\) has no translation. Known: Add, "
    ):
        convert(description(strange), weights(0))


def test_half_floats_are_widened_and_missing_weights_noticed():
    entries = [
        {"name": "a", "shape": [2], "dtype": "float32", "quantization": {"dtype": "float16"}},
        {"name": "b", "shape": [], "dtype": "int32"},
    ]
    blob = np.array([1.5, -2.0], "<f2").tobytes() + np.array(7, "<i4").tobytes()
    read = read_weights(entries, blob)
    assert read["a"].tolist() == [1.5, -2.0]
    assert read["a"].dtype == np.float32
    assert read["b"] == 7
    with pytest.raises(DownloadError, match="the weights end before b"):
        read_weights(entries, blob[:-1])
    with pytest.raises(DownloadError, match="quantised to uint8"):
        read_weights(
            [{"name": "c", "shape": [1], "dtype": "float32", "quantization": {"dtype": "uint8"}}],
            b"x",
        )


def test_a_folder_with_a_graph_and_its_weights_becomes_a_file(tmp_path):
    w = weights(5)
    entries = [{"name": k, "shape": list(v.shape), "dtype": str(v.dtype)} for k, v in w.items()]
    manifest = {"weightsManifest": [{"paths": ["net.bin"], "weights": entries}]}
    (tmp_path / "net.json").write_text(json.dumps({**description(), **manifest}))
    (tmp_path / "net.bin").write_bytes(b"".join(v.tobytes() for v in w.values()))
    convert_folder(tmp_path, tmp_path / "net.onnx")
    assert (tmp_path / "net.onnx").read_bytes() == convert(description(), w).SerializeToString(
        deterministic=True
    )
    (tmp_path / "second.json").write_text("{}")
    with pytest.raises(DownloadError, match="found 2"):
        convert_folder(tmp_path, tmp_path / "net.onnx")
