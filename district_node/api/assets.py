"""The list of assets: the things of the city that the district's configuration names."""

from collections.abc import Callable, Mapping

from citybrain.api.lists.area import is_in_area
from citybrain.api.lists.conditions import is_word
from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.api.resources.asset import asset_message
from citybrain.clock import Timestamp
from citybrain.feed.collection import Collection
from citybrain.pack.asset import Asset
from district_node.cores.state import DistrictState


def asset_list(state: Callable[[], DistrictState]) -> PublicList[Asset]:
    """The list over the state that `state` gives."""
    made_of: tuple[Asset, ...] = ()
    by_id: Mapping[str, Asset] = {}

    def items() -> Mapping[str, Asset]:
        nonlocal made_of, by_id
        if state().setup.assets is not made_of:  # they change with a configuration only
            made_of = state().setup.assets
            by_id = {asset.id: asset for asset in made_of}
        return by_id

    return PublicList(collection=ASSETS, items=items, row=_row, detail=_row)


def _row(asset: Asset, _: Timestamp) -> PublicMessage:
    return asset_message(
        asset=asset.id,
        kind=asset.kind,
        name_en=asset.name.en,
        name_zh=asset.name.zh,
        place=asset.place,
        fields=dict(asset.fields.items()),
    )


ASSETS: Collection[Asset] = Collection(
    name="assets",
    orders={"id": lambda asset, _: (asset.id,), "kind": lambda asset, _: (asset.kind,)},
    filters={
        "id": is_word(lambda asset: asset.id),
        "kind": is_word(lambda asset: asset.kind),
        "area": is_in_area(lambda asset: asset.place),
    },
    text=lambda asset: f"{asset.id} {asset.name.en} {asset.name.zh}",
)
