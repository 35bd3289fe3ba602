"""What no answer about travel times may hold is named, with the adapter that gave it."""

import pickle

import numpy as np
import pytest

from citybrain.errors import TravelTimesError
from citybrain.structs import replace
from citybrain.travel.validation import checked_matrix, checked_seconds
from citybrain.travel.values import TravelMatrix
from citybrain.travel.version import TravelVersion

ROADS = TravelVersion(name="roads", version="7")
RIGHT = TravelMatrix(
    source=ROADS,
    destination=np.array([0, 1]),
    origin=np.array([2, 2]),
    seconds=np.array([10.0, 20.0]),
    outside_s=np.array([40.0, np.inf]),
)


def test_a_right_answer_comes_back():
    assert checked_matrix(RIGHT, ROADS, origins=3, destinations=2) is RIGHT
    seconds = np.array([0.0, np.inf])
    assert checked_seconds(seconds, ROADS, pairs=2) is seconds


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"seconds": np.array([np.nan, 1.0])}, "a time of nan s"),
        ({"seconds": np.array([1.0, -0.5])}, "a time of -0.5 s"),
        ({"seconds": np.array([1.0, np.inf])}, "an infinite time"),
        ({"seconds": np.array([1.0])}, "another number of pairs"),
        ({"origin": np.array([2, 3])}, "nobody asked for"),
        ({"destination": np.array([-1, 1])}, "nobody asked for"),
        ({"destination": np.array([1, 1])}, "one pair twice"),
        ({"outside_s": np.array([40.0, np.nan])}, "a bound that is"),
        ({"outside_s": np.array([-1.0, 2.0])}, "a bound that is"),
        ({"outside_s": np.array([40.0])}, "a bound that is"),
        ({"source": TravelVersion(name="roads", version="6")}, "times of roads/6"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_a_wrong_matrix_is_named(wrong, said):
    with pytest.raises(TravelTimesError, match="the travel times of roads/7 hold") as raised:
        checked_matrix(replace(RIGHT, **wrong), ROADS, origins=3, destinations=2)
    assert said in str(raised.value)


def test_a_wrong_number_of_seconds_is_named():
    with pytest.raises(TravelTimesError, match="1 times for 2 pairs"):
        checked_seconds(np.array([1.0]), ROADS, pairs=2)


def test_the_error_is_the_same_on_the_other_side_of_a_pipe():
    error = TravelTimesError("roads/7", "a time of nan s")
    arrived = pickle.loads(pickle.dumps(error))
    assert (str(arrived), arrived.source) == (str(error), "roads/7")
