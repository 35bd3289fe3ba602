"""The detector end to end on a real ONNX model, and the errors of a model that is not what its card
says."""

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from citybrain.clock import ManualClock
from citybrain.system_clock import SystemClock
from models.card import load
from street_agent.detect.ort import DetectorOptions, OrtDetector, open_detector
from street_agent.errors import ModelAlteredError, ModelError, WrongOutputsError


def night(height=360, width=640):
    return np.full((height, width, 3), 50, np.uint8)


def with_blob(pixels, left, top, width, height):
    pixels[top : top + height, left : left + width] = 255
    return pixels


@pytest.fixture
def detector(use_cache):
    return open_detector("tiny", clock=SystemClock())


def test_a_bright_upright_blob_is_a_person_where_it_is(detector, frame_of):
    seen = detector.detect(frame_of(with_blob(night(), 320, 90, 32, 120)))
    assert [detector.labels[c] for c in seen.classes] == ["person"]
    assert seen.boxes[0] == pytest.approx([320 / 640, 90 / 360, 352 / 640, 210 / 360], abs=0.02)
    assert 0.3 < seen.scores[0] <= 1


def test_a_lying_one_is_a_car_and_an_empty_street_is_empty(detector, frame_of):
    seen = detector.detect(frame_of(with_blob(night(), 100, 100, 140, 50)))
    assert [detector.labels[c] for c in seen.classes] == ["car"]
    empty = detector.detect(frame_of(night()))
    assert len(empty) == 0
    assert empty.boxes.shape == (0, 4)


@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.integers(0, 500), st.integers(0, 200), st.integers(40, 130), st.integers(40, 130))
def test_a_blob_is_found_wherever_it_stands_and_whatever_its_size(
    detector, frame_of, left, top, width, height
):
    seen = detector.detect(frame_of(with_blob(night(), left, top, width, height)))
    assert len(seen) >= 1
    want = np.array([left / 640, top / 360, (left + width) / 640, (top + height) / 360])
    assert np.abs(seen.boxes[0] - want).max() < 0.06


def test_the_arrays_are_the_callers_own(detector, frame_of):
    first = detector.detect(frame_of(with_blob(night(), 320, 90, 32, 120)))
    kept = first.boxes.copy()
    detector.detect(frame_of(with_blob(night(), 10, 10, 100, 40)))
    assert (first.boxes == kept).all()


def test_the_same_frame_gives_the_same_bytes(detector, frame_of):
    frame = frame_of(with_blob(with_blob(night(), 320, 90, 32, 120), 100, 250, 140, 50))
    runs = [detector.detect(frame) for _ in range(3)]
    assert len({(r.boxes.tobytes(), r.scores.tobytes(), r.classes.tobytes()) for r in runs}) == 1
    assert len(runs[0]) == 2
    assert runs[0].scores[0] >= runs[0].scores[1]


def test_the_caller_may_raise_the_minimum_score(use_cache, frame_of):
    strict = open_detector("tiny", clock=SystemClock(), options=DetectorOptions(score_min=1.01))
    assert len(strict.detect(frame_of(with_blob(night(), 320, 90, 32, 120)))) == 0


def test_timings_are_read_from_the_given_clock(use_cache, frame_of):
    detector = open_detector("tiny", clock=ManualClock())
    detector.detect(frame_of(night()))
    assert (detector.timings.pre_ms, detector.timings.infer_ms, detector.timings.post_ms) == (
        0,
        0,
        0,
    )


def test_detections_can_be_narrowed_to_classes(detector, frame_of):
    seen = detector.detect(
        frame_of(with_blob(with_blob(night(), 320, 90, 32, 120), 100, 250, 140, 50))
    )
    assert len(seen.of("person")) == len(seen.of("car")) == 1
    assert len(seen.of("bus")) == 0


def test_the_error_of_a_missing_model_names_the_command_that_fetches_it(use_cache):
    with pytest.raises(
        ModelError,
        match=r"yolox-nano is not on this machine yet .* `citybrain model fetch yolox-nano`",
    ):
        open_detector("yolox-nano", clock=SystemClock())


def test_the_error_of_an_unknown_model_lists_the_known_ones(use_cache):
    with pytest.raises(ModelError, match=r"no model is called 'yolo-nano'. Known: .*yolox-nano"):
        open_detector("yolo-nano", clock=SystemClock())


def test_a_file_with_another_hash_is_refused(use_cache, tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "tiny.onnx").write_bytes(
        (use_cache / "models" / "tiny.onnx").read_bytes() + b"!"
    )
    monkeypatch.setenv("CITYBRAIN_CACHE", str(tmp_path))
    with pytest.raises(ModelAlteredError, match="Fetch it again: `citybrain model fetch tiny`"):
        open_detector("tiny", clock=SystemClock())


def made(tmp_path, outputs, *, inputs=(1, 3, 160, 160), name="images"):
    """A model of the given shapes that answers zeros."""
    given_in = helper.make_tensor_value_info(name, TensorProto.FLOAT, inputs)
    nodes, infos = [], []
    for output, shape in outputs.items():
        value = helper.make_tensor("v", TensorProto.FLOAT, [1], [0.0])
        nodes.append(
            helper.make_node("ConstantOfShape", ["shape_" + output], [output], value=value)
        )
        infos.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, shape))
    shapes = [
        helper.make_tensor("shape_" + o, TensorProto.INT64, [len(s)], s) for o, s in outputs.items()
    ]
    graph = helper.make_graph(nodes, "g", [given_in], infos, shapes)
    path = tmp_path / "model.onnx"
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path
    )
    return path


@pytest.mark.parametrize(
    ("outputs", "inputs", "complaint"),
    [
        (
            {"output": [1, 1600, 85]},
            {},
            r"model tiny gives 85 numbers per box in output, but its card lists 2 classes"
            r" \(expected 7\)",
        ),
        (
            {"output": [1, 400, 7]},
            {},
            "gives 400 boxes in output, but its card's input and strides make 1600",
        ),
        ({"boxes": [1, 1600, 7]}, {}, "has no output output; it has boxes"),
        ({"output": [1, 7]}, {}, r"gives output as \[1, 7\]"),
        (
            {"output": [1, 1600, 7]},
            {"inputs": (1, 3, 416, 416)},
            r"wants an input of \[1, 3, 416, 416\], but its card says \[1, 3, 160, 160\]",
        ),
        ({"output": [1, 1600, 7]}, {"name": "data"}, "has inputs data, but its card names images"),
    ],
)
def test_the_error_of_another_export_has_both_figures_and_the_cure(
    tmp_path, outputs, inputs, complaint
):
    with pytest.raises(WrongOutputsError, match=complaint) as caught:
        OrtDetector(load("tiny"), made(tmp_path, outputs, **inputs), clock=SystemClock())
    assert (
        "They come from different exports. Run `citybrain model check tiny`, or fetch both again."
        in str(caught.value)
    )


def test_a_file_that_is_no_model_is_an_error(tmp_path):
    path = tmp_path / "tiny.onnx"
    path.write_bytes(b"no model" * 100)
    with pytest.raises(ModelError, match="ONNX Runtime cannot open"):
        OrtDetector(load("tiny"), path, clock=SystemClock())


def test_a_model_that_fails_on_a_frame_is_an_error(tmp_path, frame_of):
    images = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, 160, 160])
    output = helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1600, 7])
    numbers = {"ninth": [9], "from": [0], "to": [1600 * 7], "axis": [1], "shape": [1, 1600, 7]}
    constants = [
        helper.make_tensor(name, TensorProto.INT64, [len(values)], values)
        for name, values in numbers.items()
    ]
    nodes = [
        helper.make_node("Gather", ["images", "ninth"], ["channel"], axis=1),  # there are three
        helper.make_node("Flatten", ["channel"], ["flat"]),
        helper.make_node("Slice", ["flat", "from", "to", "axis"], ["part"]),
        helper.make_node("Reshape", ["part", "shape"], ["output"]),
    ]
    graph = helper.make_graph(nodes, "g", [images], [output], constants)
    path = tmp_path / "model.onnx"
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path
    )
    with pytest.raises(ModelError, match="model tiny failed on a frame"):
        OrtDetector(load("tiny"), path, clock=SystemClock()).detect(frame_of(night()))
