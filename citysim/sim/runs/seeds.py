"""Seeds as they are written on a command line ("1..500,700"), without a list of them in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain


@dataclass(frozen=True, slots=True)
class Seeds:
    """Ranges in order, none of which overlaps another."""

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


def read_seeds(text: str) -> Seeds:
    """ "17", "1..500" (both ends are in it), or several of these behind commas. Raises `ValueError` with what would be right."""
    spans = sorted(_span(part.strip()) for part in text.split(","))
    merged: list[tuple[int, int]] = []
    for first, last in spans:
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return Seeds(tuple(range(first, last + 1) for first, last in merged))


def _span(text: str) -> tuple[int, int]:
    first, dots, last = text.partition("..")
    if not first.isdecimal() or (dots and not last.isdecimal()):
        raise ValueError(
            f"{text!r} is no seed and no range of seeds. Write 17, 1..500, or 1..500,700."
        )
    span = int(first), int(last or first)
    if span[0] > span[1]:
        raise ValueError(f"the range {text!r} ends before it begins. Write {span[1]}..{span[0]}.")
    return span
