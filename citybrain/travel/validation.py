"""What an adapter of travel times answered, looked at before anything rests on it. Whether a bound
is *true* only the city's checker can tell; this finds what no answer may hold.
"""

import numpy as np

from citybrain.errors import TravelTimesError
from citybrain.travel.values import Floats, Ints, TravelMatrix
from citybrain.travel.version import TravelVersion


def checked_seconds(seconds: Floats, version: TravelVersion, *, pairs: int) -> Floats:
    """`seconds`, one for each of so many pairs. Raises `TravelTimesError`."""
    if seconds.shape != (pairs,):
        raise TravelTimesError(version.text, f"{len(seconds)} times for {pairs} pairs")
    if not bool(np.all(seconds >= 0)):  # false for NaN too
        worst = seconds[~(seconds >= 0)][0]
        raise TravelTimesError(version.text, f"a time of {worst} s")
    return seconds


def checked_matrix(
    matrix: TravelMatrix, version: TravelVersion, *, origins: int, destinations: int
) -> TravelMatrix:
    """`matrix`, whose pairs are of so many origins and destinations. Raises `TravelTimesError`."""
    if matrix.source != version:
        raise TravelTimesError(version.text, f"times of {matrix.source.text}")
    pairs = len(matrix.seconds)
    if matrix.destination.shape != (pairs,) or matrix.origin.shape != (pairs,):
        raise TravelTimesError(version.text, f"{pairs} times for another number of pairs")
    if not (_is_within(matrix.destination, destinations) and _is_within(matrix.origin, origins)):
        raise TravelTimesError(version.text, "a time of a pair that nobody asked for")
    checked_seconds(matrix.seconds, version, pairs=pairs)
    if not bool(np.all(np.isfinite(matrix.seconds))):
        raise TravelTimesError(version.text, "an infinite time among its pairs")
    if matrix.outside_s.shape != (destinations,) or not bool(np.all(matrix.outside_s >= 0)):
        raise TravelTimesError(version.text, "a bound that is missing, negative or no number")
    keys = np.sort(matrix.destination * origins + matrix.origin)
    if bool(np.any(keys[1:] == keys[:-1])):
        raise TravelTimesError(version.text, "one pair twice")
    return matrix


def _is_within(numbers: Ints, size: int) -> bool:
    return len(numbers) == 0 or bool(numbers.min() >= 0 and numbers.max() < size)
