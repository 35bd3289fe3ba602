"""Whose case it is: of a thing first its owner's, then its place's (部件先属主后属地); of an event
first its place's, then its owner's (事件先属地后属主). Pure.
"""

from collections.abc import Iterator

from citybrain.geo import Point
from citybrain.pack.asset import Asset
from district_node.playbook import Playbook
from district_node.routing.departments import Corner, Department, Routing

COMPONENT = "部件"  # the class of things; every other class is of events


def ranked(
    routing: Routing, playbook: Playbook, place: Point, asset: Asset | None
) -> tuple[Department, ...]:
    """The departments whose case it can be, the first one first. `asset`: what it is about."""
    by_owner = [*_owners_of(routing, asset), *_owners_by_kind(routing, playbook)]
    by_place = [one for one in routing.departments if one.is_local and _has(one.area, place)]
    is_component = playbook.grid.partition("/")[0] == COMPONENT
    order = [*by_owner, *by_place] if is_component else [*by_place, *by_owner]
    return tuple({one.department: one for one in order}.values())


def owns(department: Department, playbook: Playbook) -> bool:
    """Whether the kind is its business by what it is."""
    return any(name == playbook.kind or is_of_class(playbook, name) for name in department.owns)


def is_of_class(playbook: Playbook, name: str) -> bool:
    """Whether the kind is of that class of the grid tables, or of one below it."""
    return playbook.grid == name or playbook.grid.startswith(f"{name}/")


def _owners_of(routing: Routing, asset: Asset | None) -> Iterator[Department]:
    owner = asset.fields.get("owner") if asset is not None else None
    return (one for one in routing.departments if one.department == owner)


def _owners_by_kind(routing: Routing, playbook: Playbook) -> Iterator[Department]:
    """Who names the kind itself comes before who names its class."""
    owners = [one for one in routing.departments if owns(one, playbook)]
    return iter(sorted(owners, key=lambda one: playbook.kind not in one.owns))


def _has(area: tuple[Corner, ...], place: Point) -> bool:
    """Whether `place` is inside (even-odd rule, on a plane, which a district's size allows); no
    area is the whole district."""
    inside = not area
    for (x1, y1), (x2, y2) in zip(area, (*area[1:], *area[:1]), strict=True):
        if (y1 > place.lat) != (y2 > place.lat):
            inside ^= place.lon < x1 + (place.lat - y1) / (y2 - y1) * (x2 - x1)
    return inside
