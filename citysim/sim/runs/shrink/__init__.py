"""Making a failing story small: the earliest moment, the fewest faults, the fewest happenings that still break the same law."""
