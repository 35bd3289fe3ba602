"""The rectangular assignment problem: each row to at most one column, with the greatest sum. Knows
only numbers.
"""

from collections.abc import Sequence

import numpy


def assign(gains: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    """(row, column) pairs of the assignment with the greatest sum of gains, by row. A gain of 0 or
    less means "not these two".

    Integers, so that every machine gives the same answer. Source: scipy's modified
    Jonker-Volgenant.
    """
    if not gains or not gains[0]:
        return ()
    from scipy.optimize import linear_sum_assignment

    matrix = numpy.maximum(numpy.asarray(gains, dtype=numpy.int64), 0)
    rows, columns = linear_sum_assignment(matrix, maximize=True)
    return tuple(
        (int(row), int(column))
        for row, column in zip(rows, columns, strict=True)
        if matrix[row, column] > 0
    )
