"""Delta debugging: a part of a list that still fails and of which nothing can be left out. Pure; knows nothing of stories.

Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", IEEE TSE 28(2), 2002, figure 3: ddmin.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")


def ddmin(
    items: Sequence[T],
    fails: Callable[[Sequence[T]], bool],
    *,
    may_go_on: Callable[[], bool] = lambda: True,
) -> tuple[T, ...]:
    """A subsequence of `items` that fails, where no single item can be left out (1-minimal). `items` itself must fail; it is not asked.

    When it may no longer go on it gives the smallest that it has found.
    """
    if not items or fails(()):
        return ()
    kept, parts = tuple(items), 2
    while len(kept) >= 2:
        smaller, of = _smaller(kept, parts, fails, may_go_on)
        if smaller is not None:
            kept, parts = smaller, max(2, min(of, len(smaller)))
        elif parts < len(kept) and may_go_on():
            parts = min(len(kept), 2 * parts)
        else:
            break
    return kept


def _smaller(
    items: tuple[T, ...],
    parts: int,
    fails: Callable[[Sequence[T]], bool],
    may_go_on: Callable[[], bool],
) -> tuple[tuple[T, ...] | None, int]:
    """A part, or all but a part, that fails, and into how many parts it is to be cut next; None where there is none."""
    cuts = _cuts(items, parts)
    for part in cuts:
        if not may_go_on():
            return None, parts
        if fails(part):
            return part, 2
    if parts > 2:  # with two parts the rest of one is the other
        for i in range(len(cuts)):
            if not may_go_on():
                return None, parts
            rest = tuple(item for j, part in enumerate(cuts) if j != i for item in part)
            if fails(rest):
                return rest, parts - 1
    return None, parts


def _cuts(items: tuple[T, ...], parts: int) -> list[tuple[T, ...]]:
    """So many parts of about the same length, none empty."""
    edges = [len(items) * i // parts for i in range(parts + 1)]
    return [items[a:b] for a, b in pairwise(edges)]
