"""The city itself, as a list of one row, so that it is watched like the others."""

from collections.abc import Mapping

from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.api.resources.city import city_message
from citybrain.clock import Timestamp
from citybrain.feed.collection import Collection
from coordinator.api.shown import Overview, ReadShown

KEY = "city"  # of the one row


def overview_list(
    shown: ReadShown, *, name: Mapping[str, str], software_version: str
) -> PublicList[Overview]:
    """The list over what `shown` gives. `name`: the city's, by language."""

    def row(overview: Overview, _: Timestamp) -> PublicMessage:
        return city_message(
            name_en=name["en"],
            name_zh=name["zh"],
            software_version=software_version,
            planner=overview.planner,
            planner_reason=overview.planner_reason,
            counts=overview.counts,
            conditions=overview.conditions,
        )

    return PublicList(collection=CITY, items=lambda: shown().city, row=row, detail=row)


CITY: Collection[Overview] = Collection(
    name="city", orders={"planner": lambda overview, _: (overview.planner,)}, filters={}
)
