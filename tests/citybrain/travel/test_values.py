"""Travel times as arrays: a pair is found by its two ends, and two equal answers are equal."""

import numpy as np

from citybrain.structs import replace
from citybrain.travel.values import TravelMatrix
from citybrain.travel.version import TravelVersion

FOUND = TravelMatrix(
    source=TravelVersion(name="roads", version="7"),
    destination=np.array([1, 0, 1]),
    origin=np.array([4, 2, 0]),
    seconds=np.array([10.0, 20.0, 30.0]),
    outside_s=np.array([40.0, np.inf]),
)


def test_the_seconds_of_a_pair_are_found_in_any_order_and_others_are_infinite():
    seconds = FOUND.seconds_of(np.array([1, 0, 0, 1, 1]), np.array([0, 2, 4, 4, 9]))
    assert seconds.tolist() == [30.0, 20.0, np.inf, 10.0, np.inf]


def test_without_pairs_every_time_is_infinite():
    none = np.zeros(0, dtype=np.int64)
    empty = replace(FOUND, destination=none, origin=none, seconds=np.zeros(0))
    assert empty.seconds_of(np.array([0]), np.array([0])).tolist() == [np.inf]
    assert FOUND.seconds_of(none, none).tolist() == []


def test_equal_arrays_make_equal_matrices():
    same = replace(FOUND, seconds=FOUND.seconds.copy())
    assert same == FOUND and hash(same) == hash(FOUND)
    assert replace(FOUND, seconds=np.array([10.0, 20.0, 31.0])) != FOUND
    assert replace(FOUND, source=TravelVersion(name="roads", version="8")) != FOUND
    assert FOUND != "a matrix"


def test_a_version_is_written_in_one_word():
    assert FOUND.source.text == "roads/7"
