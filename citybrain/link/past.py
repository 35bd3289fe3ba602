"""What a greeting tells of a past that one end has lost: its store began with nothing, and the
other end remembers it. A store that was restored from a backup knows that it met the other. Pure.
"""

from collections.abc import Callable

from citybrain.conditions import ConditionCode
from citybrain.ids import StoreEpoch
from citybrain.link.frames import Hello, Welcome
from citybrain.structs import Struct

OnPast = Callable[[ConditionCode, str], None]  # of the end that is told: what is wrong, a sentence

MEANT = "Restore its backup; if the new beginning is meant, start it once with --new."


def ignore_past(_code: ConditionCode, _detail: str) -> None:
    """Where nobody is told."""


class KnownStore(Struct, frozen=True, kw_only=True):
    """The store of a district as its city has journaled it."""

    epoch: StoreEpoch
    up_acked: int  # how far its log is in the city's journal


def forgotten_upto(hello: Hello, known: KnownStore | None) -> int:
    """How far the city has the log of a former store of this district, where the present one has
    never met a city; 0: nothing is missed."""
    is_lost = known is not None and known.epoch != hello.epoch and hello.city_epoch is None
    return known.up_acked if known is not None and is_lost else 0


def seen_by_city(
    hello: Hello, known: KnownStore | None, own: StoreEpoch
) -> tuple[ConditionCode, str] | None:
    """What the city concludes from a hello, if anything."""
    if lost := forgotten_upto(hello, known):
        return (
            ConditionCode.PEER_BEGAN_EMPTY,
            f"district {hello.district} came with an empty store, and {lost} letters of the one"
            " before it are in this city's journal. Its open incidents and its crews under way are"
            f" forgotten there. {MEANT}",
        )
    if known is None and hello.city_epoch not in (None, own):
        return (
            ConditionCode.BEGAN_EMPTY,
            f"district {hello.district} has worked with a city's store {hello.city_epoch}, and this"
            f" one ({own}) has never heard of it: it is empty, or the district came from another"
            f" city. {MEANT}",
        )
    return None


def seen_by_district(
    welcome: Welcome, known_city: StoreEpoch | None
) -> tuple[ConditionCode, str] | None:
    """What the district concludes from a welcome, if anything. `known_city`: the city's store that
    it has met before."""
    if welcome.forgotten_upto and known_city is None:
        return (
            ConditionCode.BEGAN_EMPTY,
            f"the city has {welcome.forgotten_upto} letters of this district, which began with an"
            " empty store: its incidents, crews under way and numbers are forgotten here."
            f" {MEANT}",
        )
    if welcome.is_first and known_city not in (None, welcome.epoch):
        return (
            ConditionCode.PEER_BEGAN_EMPTY,
            f"the city came with store {welcome.epoch}, which has never heard of this district; it"
            f" worked with {known_city} before. The city's orders under way are forgotten there."
            f" {MEANT}",
        )
    return None
