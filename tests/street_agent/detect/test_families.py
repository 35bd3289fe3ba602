"""Models of other families by their cards: the same detector in their dress finds the same."""

from dataclasses import replace
from itertools import pairwise

import av
import numpy as np
import onnx
import pytest
from model_dress import NO_OBJECT, as_detr, as_yolov8, with_input

from citybrain.system_clock import SystemClock
from models.build_tiny import model as tiny_model
from models.card import load
from street_agent.detect.ort import OrtDetector
from street_agent.errors import WrongOutputsError

TINY = load("tiny")
DRESSES = {
    "yolov8": as_yolov8,
    "detr": as_detr,
    "detr, softmax": lambda model, card: as_detr(model, card, "softmax"),
}
INPUTS = [
    (layout, channels, kind)
    for layout in ("nchw", "nhwc")
    for channels in ("bgr", "rgb")
    for kind in ("float32", "float16", "uint8")
]


@pytest.fixture
def opened(tmp_path):
    def opened(dressed, **changes):
        model, card = dressed
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.onnx"
        onnx.save(model, path)
        return OrtDetector(replace(card, **changes), path, clock=SystemClock())

    return opened


def street(blobs, height=360, width=640):
    """A dark street with bright blobs, blue and red of them unlike."""
    pixels = np.full((height, width, 3), 50, np.uint8)
    for left, top, wide, high in blobs:
        pixels[top : top + high, left : left + wide] = (215, 255, 245)
    return pixels


STREETS = [
    street([]),
    street([(320, 90, 32, 120)]),
    street([(100, 100, 140, 50), (500, 200, 30, 110)]),
    street([(10, 10, 120, 60), (300, 40, 36, 130), (480, 250, 120, 60)]),
]


def assert_same(found, wanted):
    """In whatever order: scores that are all but one may change places."""

    def objects(seen):
        rows = zip(seen.classes, seen.boxes, seen.scores, strict=True)
        return sorted((seen.labels[c], *box.tolist(), float(score)) for c, box, score in rows)

    assert [one[0] for one in objects(found)] == [one[0] for one in objects(wanted)]
    for one, other in zip(objects(found), objects(wanted), strict=True):
        assert one[1:] == pytest.approx(other[1:], abs=2e-3)


@pytest.mark.parametrize("dress", DRESSES)
def test_a_model_of_another_family_finds_what_the_same_one_as_yolox_finds(dress, opened, frame_of):
    plain = opened((tiny_model(), TINY))
    dressed = opened(DRESSES[dress](tiny_model(), TINY))
    counts = []
    for number, pixels in enumerate(STREETS):
        wanted = plain.detect(frame_of(pixels, number + 1))
        assert_same(dressed.detect(frame_of(pixels, number + 1)), wanted)
        counts.append(len(wanted))
    assert counts == [0, 1, 2, 3]


@pytest.mark.parametrize(("layout", "channels", "kind"), INPUTS)
def test_a_model_takes_its_picture_in_its_own_layout(layout, channels, kind, opened, frame_of):
    plain = opened((tiny_model(), TINY))
    dressed = opened(with_input(tiny_model(), TINY, layout=layout, channels=channels, kind=kind))
    for number, pixels in enumerate(STREETS):
        frame = frame_of(pixels, number + 1)
        assert_same(dressed.detect(frame), plain.detect(frame))


@pytest.mark.parametrize("shape", [(360, 640), (640, 360), (200, 200)])
def test_where_a_letterbox_puts_the_picture_moves_no_box(shape, opened, frame_of):
    middle = replace(TINY.input, fit="letterbox_centred")
    top_left, centred = opened((tiny_model(), TINY)), opened((tiny_model(), TINY), input=middle)
    pixels = street([(60, 60, 30, 100)], *shape)
    wanted, found = top_left.detect(frame_of(pixels)), centred.detect(frame_of(pixels))
    assert len(wanted) == len(found) == 1
    assert found.boxes == pytest.approx(wanted.boxes, abs=0.02)


def test_what_stands_for_no_object_is_none_and_scores_stay_in_order(opened, frame_of):
    dressed = opened(as_detr(tiny_model(), TINY, "softmax"))
    assert NO_OBJECT in dressed.card.classes
    found = dressed.detect(frame_of(STREETS[3]))
    assert NO_OBJECT not in dressed.labels
    assert all(a >= b for a, b in pairwise(found.scores))


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        (
            {"classes": ("person", "car", "tram")},
            r"gives 6 numbers per box in output0, but its card lists 3 classes \(expected 7\)",
        ),
        ({"input": replace(TINY.input, layout="nhwc")}, r"\[1, 160, 160, 3\]"),
        (
            {"input": replace(TINY.input, type="uint8")},
            r"wants numbers of type float32, but its card says uint8 \(`input.type`\)",
        ),
    ],
)
def test_a_card_that_does_not_fit_the_file_is_refused_by_what_differs(changes, complaint, opened):
    with pytest.raises(WrongOutputsError, match=complaint):
        opened(as_yolov8(tiny_model(), TINY), **changes)


def test_an_output_the_other_way_round_says_what_is_and_what_was_expected(opened):
    model, card = as_yolov8(tiny_model(), TINY)
    turned = model.graph.node[-1]
    assert turned.op_type == "Transpose"
    turned.attribute[0].ints[:] = [0, 1, 2]
    sides = model.graph.output[0].type.tensor_type.shape.dim
    sides[1].dim_value, sides[2].dim_value = sides[2].dim_value, sides[1].dim_value
    wanted = r"gives output0 as \[1, 1600, 6\].*\(yolov8\), input and classes make \[1, 6, 1600\]"
    with pytest.raises(WrongOutputsError, match=wanted):
        opened((model, card))


@pytest.mark.parametrize("dress", ["yolov8", "detr"])  # softmax shares what one object can have
def test_a_real_detector_in_other_dress_sees_the_same_on_real_footage(
    dress, opened, frame_of, shared_data
):
    model = onnx.load(shared_data / "models" / "yolox_nano.onnx")
    card = load("yolox-nano")
    plain, dressed = opened((model, card)), opened(DRESSES[dress](model, card))
    counts = []
    with av.open(str(shared_data / "clips" / "vtest.avi")) as clip:
        for number, picture in enumerate(clip.decode(video=0)):
            if number % 60 == 0:
                frame = frame_of(picture.to_ndarray(format="bgr24"), number + 1)
                wanted = plain.detect(frame)
                assert_same(dressed.detect(frame), wanted)
                counts.append(len(wanted))
    assert max(counts) > 0
