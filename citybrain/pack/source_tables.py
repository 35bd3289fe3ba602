"""The `[[camera]]` or `[[sensor]]` of a street agent's configuration for one asset, from the packs'
templates. Writes no file.
"""

from collections.abc import Sequence

from citybrain.pack.asset import Asset
from citybrain.pack.pack import PackSet, RuleTemplate, Table
from citybrain.pack.render import MissingField, render
from citybrain.structs import Struct


class SourceTable(Struct, frozen=True, kw_only=True):
    """`source` is "camera" or "sensor". `left_out`: (rule, field) of the rules for which the asset
    lacks an optional field.
    """

    source: str
    table: Table
    left_out: tuple[tuple[str, str], ...]


def source_table(packs: PackSet, asset: Asset) -> SourceTable | None:
    """With every rule of every pack that is about assets of its kind; None where nothing watches
    such an asset.
    """
    kind = packs.asset_kinds[asset.kind]
    if not kind.source:
        return None
    rules = [rule for rule in packs.rules if rule.asset == asset.kind]
    return filled(kind.source, packs.source_of(asset.kind), rules, asset)


def filled(
    source: str, template: Table, rules: Sequence[RuleTemplate], asset: Asset
) -> SourceTable | None:
    """The table from these templates; None where the asset lacks what the source itself needs."""
    own = render(template, asset)
    if isinstance(own, MissingField):
        return None
    tables, left_out = [], []
    for rule in rules:
        table = render(rule.table, asset)
        if isinstance(table, MissingField):
            left_out.append((rule.name, table.name))
        else:
            tables.append(table)
    place = {"lat": asset.place.lat, "lon": asset.place.lon}
    table = {"id": str(asset.id), **own, "place": place, "rule": tables}
    return SourceTable(source=source, table=table, left_out=tuple(left_out))
