"""The list of assets. Empty until a district's configuration can name some."""

from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.clock import Timestamp
from citybrain.feed.collection import Collection
from district_node.api.conditions import is_word


def asset_list() -> PublicList[PublicMessage]:
    return PublicList(collection=ASSETS, items=dict, row=_row, detail=_row)


def _row(asset: PublicMessage, _: Timestamp) -> PublicMessage:
    return asset


ASSETS: Collection[PublicMessage] = Collection(
    name="assets",
    orders={"id": lambda asset, _: (asset.id,), "kind": lambda asset, _: (asset.kind,)},
    filters={
        "id": is_word(lambda asset: asset.id),
        "kind": is_word(lambda asset: asset.kind),
    },
)
