"""Finds one asset among those of the configuration, which are sorted by their ids. Pure."""

from bisect import bisect_left

from citybrain.pack.asset import Asset, AssetId


def find_asset(assets: tuple[Asset, ...], name: str) -> Asset | None:
    """The asset of that id. A camera or sensor that watches an asset has its id."""
    wanted = AssetId(name)
    found = bisect_left(assets, wanted, key=lambda asset: asset.id)
    is_found = found < len(assets) and assets[found].id == wanted
    return assets[found] if is_found else None
