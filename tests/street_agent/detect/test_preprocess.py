"""A picture fits the model's input, and boxes come back to where they were in the picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.card import ModelInput
from street_agent.detect.preprocess import PictureArea, Preprocessor, area_of, to_shares

PLAIN = ModelInput(name="i", width=64, height=64, fit="letterbox", pad=114)
SCALED = ModelInput(
    name="i", width=64, height=64, fit="letterbox", pad=114, mean=(10, 20, 30), std=(2, 4, 5)
)


def colours(height, width):
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:] = (40, 80, 160)
    return picture


def test_a_letterboxed_picture_is_top_left_and_the_rest_is_grey(frame_of):
    fitting = Preprocessor(PLAIN)
    fit = fitting.fill(frame_of(colours(90, 160)))
    assert fit == PictureArea(width=64, height=36)
    for channel, level in enumerate((40, 80, 160)):
        assert (fitting.tensor[0, channel, :36] == level).all()
        assert (fitting.tensor[0, channel, 36:] == 114).all()


def test_mean_and_deviation_apply_per_channel_to_picture_and_padding(frame_of):
    fitting = Preprocessor(SCALED)
    fitting.fill(frame_of(colours(90, 160)))
    assert np.allclose(fitting.tensor[0, :, 0, 0], [(40 - 10) / 2, (80 - 20) / 4, (160 - 30) / 5])
    assert np.allclose(
        fitting.tensor[0, :, 63, 0], [(114 - 10) / 2, (114 - 20) / 4, (114 - 30) / 5]
    )


def test_a_camera_that_changes_its_size_leaves_nothing_of_the_old_picture(frame_of):
    fitting = Preprocessor(PLAIN)
    fitting.fill(frame_of(colours(160, 90)))
    fitting.fill(frame_of(colours(90, 160)))
    assert (fitting.tensor[0, :, 36:] == 114).all()


def test_a_stretched_picture_fills_the_whole_input(frame_of):
    fitting = Preprocessor(ModelInput(name="i", width=32, height=64, fit="stretch"))
    assert fitting.fill(frame_of(colours(90, 160))) == PictureArea(width=32, height=64)
    assert (fitting.tensor[0, 1] == 80).all()


@given(st.integers(1, 4000), st.integers(1, 4000))
def test_a_letterboxed_picture_keeps_its_shape_and_fits(width, height):
    fit = area_of(width, height, PLAIN)
    assert 1 <= fit.width <= 64
    assert 1 <= fit.height <= 64
    assert max(fit.width, fit.height) >= 63
    assert fit.width == pytest.approx(width * 64 / max(width, height), abs=1)


@given(st.tuples(*[st.floats(0, 1)] * 4))
def test_boxes_come_back_to_where_they_were(box):
    fit = PictureArea(width=64, height=36)
    pixels = np.array([[box[0] * 64, box[1] * 36, box[2] * 64, box[3] * 36]], np.float32)
    assert to_shares(pixels, fit)[0] == pytest.approx(box, abs=1e-5)


def test_boxes_beyond_the_edge_are_cut_off():
    shares = to_shares(np.array([[-5, -5, 700, 700]], np.float32), PictureArea(width=64, height=36))
    assert shares.tolist() == [[0, 0, 1, 1]]
