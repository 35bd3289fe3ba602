"""The list of districts, as the city knows them."""

from collections.abc import Mapping
from types import MappingProxyType

from citybrain.api.lists.conditions import is_true, is_word
from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.api.resources.city import district_summary_message
from citybrain.clock import Timestamp
from citybrain.feed.collection import Collection
from coordinator.api.shown import ReadShown, ShownDistrict

NO_CONSOLES: Mapping[str, str] = MappingProxyType({})


def district_list(
    shown: ReadShown, consoles: Mapping[str, str] = NO_CONSOLES
) -> PublicList[ShownDistrict]:
    """The list over what `shown` gives. `consoles`: the address of each one's pages, where it is
    known."""

    def row(district: ShownDistrict, _: Timestamp) -> PublicMessage:
        return _message(district, consoles.get(district.district, ""))

    return PublicList(collection=DISTRICTS, items=lambda: shown().districts, row=row, detail=row)


def _message(district: ShownDistrict, console: str) -> PublicMessage:
    return district_summary_message(
        district=district.district,
        name=district.name,
        centre=district.centre,
        online=district.seen_at is None,
        seen_at=district.seen_at,
        incidents=district.incidents,
        units=district.units,
        units_free=district.units_free,
        console=console,
        sources=district.sources,
    )


DISTRICTS: Collection[ShownDistrict] = Collection(
    name="districts",
    orders={
        "id": lambda district, _: (district.district,),
        "name": lambda district, _: (district.name,),
    },
    filters={
        "id": is_word(lambda district: district.district),
        "online": is_true(lambda district: district.seen_at is None),
    },
    text=lambda district: f"{district.district} {district.name}",
)
