"""Delta debugging: a part of a list that still fails and of which nothing can be left out. Pure.

Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", IEEE TSE 28(2), 2002,
figure 3: ddmin.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")


def ddmin(
    items: Sequence[T],
    fails: Callable[[Sequence[T]], bool],
    *,
    may_continue: Callable[[], bool] = lambda: True,
) -> tuple[T, ...]:
    """A 1-minimal subsequence of `items` that fails: no single item can be left out.

    `items` itself must fail; it is not evaluated. When it may no longer continue, the smallest
    subsequence that is known to fail.
    """
    if not items or fails(()):
        return ()
    kept, parts = tuple(items), 2
    while len(kept) >= 2:
        smaller, of = _smaller(kept, parts, fails, may_continue)
        if smaller is not None:
            kept, parts = smaller, max(2, min(of, len(smaller)))
        elif parts < len(kept) and may_continue():
            parts = min(len(kept), 2 * parts)
        else:
            break
    return kept


def _smaller(
    items: tuple[T, ...],
    parts: int,
    fails: Callable[[Sequence[T]], bool],
    may_continue: Callable[[], bool],
) -> tuple[tuple[T, ...] | None, int]:
    """(a part or the complement of a part that fails, into how many parts it is split next).

    (None, …) where none fails.
    """
    split = _split(items, parts)
    for part in split:
        if not may_continue():
            return None, parts
        if fails(part):
            return part, 2
    if parts > 2:  # with two parts the complement of one is the other
        for i in range(len(split)):
            if not may_continue():
                return None, parts
            complement = tuple(item for j, part in enumerate(split) if j != i for item in part)
            if fails(complement):
                return complement, parts - 1
    return None, parts


def _split(items: tuple[T, ...], parts: int) -> list[tuple[T, ...]]:
    """Parts of about the same length, none empty."""
    edges = [len(items) * i // parts for i in range(parts + 1)]
    return [items[a:b] for a, b in pairwise(edges)]
