"""What a rebase of node time makes of a state and of timers: a pure map of times.

Node time was wrong and is moved by some amount, back or forward. Then

- a time still to come (a deadline, a timer) moves by the same amount: what is left of it stays;
- a time that has passed stays where it is; one that would lie in the future of the new time,
  because it was noted while node time was ahead, becomes the new time.

The map keeps the order of times, so nothing that was decided by comparing them is undecided by it.
Which times are a node's own is read off the types: every `Timestamp` but those that another clock
gave, which each tier names.
"""

import types
import typing
from collections.abc import Callable

from citybrain.clock import Timestamp
from citybrain.decider.command import ClockSet, SetTimer
from citybrain.domain.clock import ClockVerb
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, asdict, replace

Foreign = frozenset[tuple[type, str]]  # fields by another clock; "": all of the type's
Mapped = Callable[[object, "Rebase"], object]


class Rebase(Struct, frozen=True, kw_only=True):
    """Node time moves by `micros` to `at`."""

    micros: int
    at: Timestamp

    def moved(self, time: Timestamp) -> Timestamp:
        """Where a time of this node stands afterwards."""
        was_now = self.at - self.micros
        return Timestamp(time + self.micros if time > was_now else min(time, self.at))

    def timers(self, timers: tuple[SetTimer, ...]) -> tuple[SetTimer, ...]:
        """Every timer with its deadline moved."""
        return tuple(replace(timer, due=self.moved(timer.due)) for timer in timers)


def rebase_of(given: ClockSet, at: Timestamp) -> Rebase | None:
    """What the input moves; None: it confirms that the time has passed, and moves nothing else."""
    if given.action.verb is not ClockVerb.REBASE:
        return None
    return Rebase(micros=given.micros, at=at)


S = typing.TypeVar("S", bound=Struct)


def rebased(state: S, rebase: Rebase, foreign: Foreign) -> S:
    """`state` with every time of this node moved."""
    mapped = _of_type(type(state), foreign)
    return state if mapped is None else typing.cast("S", mapped(state, rebase))


def _of_type(declared: object, foreign: Foreign) -> Mapped | None:
    """How the times in a value of a declared type are moved; None: it holds none."""
    if declared is Timestamp:
        return lambda value, rebase: rebase.moved(typing.cast("Timestamp", value))
    origin, arguments = typing.get_origin(declared), typing.get_args(declared)
    if origin in (typing.Union, types.UnionType):
        return _of_union(arguments, foreign)
    if origin is tuple:
        return _of_tuple(arguments, foreign)
    if origin is SortedMap:
        return _of_map(arguments, foreign)
    if isinstance(declared, type) and (issubclass(declared, Struct) or _is_named_tuple(declared)):
        return _of_fields(declared, foreign)
    return None


def _of_fields(declared: type, foreign: Foreign) -> Mapped | None:
    if (declared, "") in foreign:
        return None
    found = {
        name: mapped
        for name, hint in typing.get_type_hints(declared).items()
        if (declared, name) not in foreign and (mapped := _of_type(hint, foreign)) is not None
    }
    if not found:
        return None
    is_named_tuple = _is_named_tuple(declared)

    def moved(value: object, rebase: Rebase) -> object:
        if is_named_tuple:
            named = typing.cast("_NamedTuple", value)
            was = named._asdict()
            return named._replace(
                **{name: mapped(was[name], rebase) for name, mapped in found.items()}
            )
        struct = typing.cast("Struct", value)
        was = asdict(struct)
        return replace(
            struct, **{name: mapped(was[name], rebase) for name, mapped in found.items()}
        )

    return moved


def _of_union(members: tuple[object, ...], foreign: Foreign) -> Mapped | None:
    found = {
        _runtime(member): mapped for member in members if (mapped := _of_type(member, foreign))
    }
    if not found:
        return None

    def moved(value: object, rebase: Rebase) -> object:
        mapped = found.get(type(value))
        return value if mapped is None else mapped(value, rebase)

    return moved


def _of_tuple(members: tuple[object, ...], foreign: Foreign) -> Mapped | None:
    if len(members) == 2 and members[1] is Ellipsis:
        each = _of_type(members[0], foreign)
        if each is None:
            return None
        return lambda value, rebase: tuple(
            each(one, rebase) for one in typing.cast("tuple[object, ...]", value)
        )
    parts = [_of_type(member, foreign) for member in members]
    if not any(parts):
        return None
    return lambda value, rebase: tuple(
        one if part is None else part(one, rebase)
        for part, one in zip(parts, typing.cast("tuple[object, ...]", value), strict=True)
    )


def _of_map(arguments: tuple[object, ...], foreign: Foreign) -> Mapped | None:
    keys, values = (_of_type(argument, foreign) for argument in arguments)
    if keys is None and values is None:
        return None

    def moved(value: object, rebase: Rebase) -> object:
        held = typing.cast("SortedMap[str, object]", value)
        return SortedMap(
            (
                key if keys is None else typing.cast("str", keys(key, rebase)),
                one if values is None else values(one, rebase),
            )
            for key, one in held.items()
        )

    return moved


def _is_named_tuple(declared: type) -> bool:
    return issubclass(declared, tuple) and hasattr(declared, "_fields")


def _runtime(declared: object) -> object:
    """The type of a value of this member of a union."""
    return int if declared is Timestamp else typing.get_origin(declared) or declared


class _NamedTuple(typing.Protocol):
    def _asdict(self) -> dict[str, object]: ...

    def _replace(self, **changed: object) -> object: ...
