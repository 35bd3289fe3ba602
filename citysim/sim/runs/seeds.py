"""Seeds as they are written on a command line ("1..500,700"), never as a list in memory."""

from collections.abc import Iterator
from itertools import chain

from citybrain.structs import Struct


class Seeds(Struct, frozen=True):
    """Ranges in order that do not overlap."""

    ranges: tuple[range, ...]

    def __len__(self) -> int:
        return sum(len(part) for part in self.ranges)

    def __iter__(self) -> Iterator[int]:
        return chain.from_iterable(self.ranges)

    def __str__(self) -> str:
        return ",".join(
            str(part.start) if len(part) == 1 else f"{part.start}..{part.stop - 1}"
            for part in self.ranges
        )


def parse_seeds(text: str) -> Seeds:
    """ "17", "1..500" (both ends belong to it), or several of these separated by commas.

    Raises `ValueError` with what would be right.
    """
    ranges = sorted(_range(part.strip()) for part in text.split(","))
    merged: list[tuple[int, int]] = []
    for first, last in ranges:
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return Seeds(tuple(range(first, last + 1) for first, last in merged))


def _range(text: str) -> tuple[int, int]:
    first, dots, last = text.partition("..")
    if not first.isdecimal() or (dots and not last.isdecimal()):
        raise ValueError(
            f"{text!r} is no seed and no range of seeds. Write 17, 1..500, or 1..500,700."
        )
    both = int(first), int(last or first)
    if both[0] > both[1]:
        raise ValueError(f"the range {text!r} ends before it begins. Write {both[1]}..{both[0]}.")
    return both
