"""A picture is seen upright and in its own shape: by what its stream says, unless the configuration
says otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from street_agent.capture.geometry import AS_SENT, Geometry, Shape, shape_of

SIDES = st.integers(16, 8_000)
QUARTERS = st.sampled_from([0, 90, 180, 270])


@given(SIDES, SIDES)
def test_a_stream_that_says_nothing_is_taken_as_it_is(width, height):
    assert shape_of(AS_SENT, width=width, height=height) == Shape(
        width=width, height=height, turn=0
    )


@given(SIDES, SIDES, st.integers(-180, 180), QUARTERS)
def test_the_configuration_counts_more_than_the_stream(width, height, said_deg, rotate_deg):
    shape = shape_of(Geometry(rotate_deg=rotate_deg), width=width, height=height, turn_deg=said_deg)
    assert shape == shape_of(AS_SENT, width=width, height=height, turn_deg=rotate_deg)


@given(SIDES, SIDES, QUARTERS)
def test_a_quarter_turn_swaps_the_sides_and_half_a_turn_keeps_them(width, height, turn_deg):
    shape = shape_of(AS_SENT, width=width, height=height, turn_deg=turn_deg)
    sides = (shape.width, shape.height)
    assert sides == ((width, height) if turn_deg % 180 == 0 else (height, width))
    assert shape.turn == turn_deg // 90


@pytest.mark.parametrize(("turn_deg", "turn"), [(-90, 3), (-180, 2), (360, 0), (44, 0), (91, 1)])
def test_a_turn_is_to_the_nearest_quarter(turn_deg, turn):
    assert shape_of(AS_SENT, width=64, height=48, turn_deg=turn_deg).turn == turn


def test_wide_pixels_make_a_wide_picture_before_it_is_turned():
    shape = shape_of(AS_SENT, width=704, height=576, pixel_shape=16 / 11, turn_deg=90)
    assert (shape.width, shape.height) == (576, 1024)


def test_the_aspect_of_the_configuration_is_that_of_the_upright_picture():
    shape = shape_of(Geometry(rotate_deg=90, aspect=9 / 16), width=1920, height=1080)
    assert (shape.width, shape.height) == (1080, 1920)


@pytest.mark.parametrize("pixel_shape", [0.0, 0.02, 50.0, -1.0])
def test_pixels_of_an_impossible_shape_are_taken_as_square(pixel_shape):
    assert shape_of(AS_SENT, width=64, height=48, pixel_shape=pixel_shape).width == 64
