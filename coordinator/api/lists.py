"""All lists of the city, by the names that clients use."""

from collections.abc import Mapping
from typing import cast

from citybrain.api.lists.port import PublicList
from citybrain.distribution import installed_version
from coordinator.api.districts import NO_CONSOLES, district_list
from coordinator.api.incidents import incident_list
from coordinator.api.needs import need_list
from coordinator.api.orders import order_list
from coordinator.api.overview import overview_list
from coordinator.api.plans import plan_list
from coordinator.api.shown import ReadShown
from coordinator.api.units import unit_list


def city_lists(
    shown: ReadShown, *, name: Mapping[str, str], consoles: Mapping[str, str] = NO_CONSOLES
) -> Mapping[str, PublicList[object]]:
    """The lists over what `shown` gives. `name`: the city's, by language. `consoles`: the address
    of each district's pages, where it is known."""
    lists = (
        overview_list(shown, name=name, software_version=installed_version()),
        district_list(shown, consoles),
        incident_list(shown),
        unit_list(shown),
        need_list(shown),
        order_list(shown),
        plan_list(shown),
    )
    # each list's functions are only ever given the values of its own
    offered = cast("tuple[PublicList[object], ...]", lists)
    return {one.collection.name: one for one in offered}
