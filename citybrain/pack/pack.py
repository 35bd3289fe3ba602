"""A scene pack as a value, and the packs that are in force together. Checks nothing of the tables
that a tier reads by itself.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from citybrain.localized_name import LocalizedName
from citybrain.pack.asset import AssetKind, AssetKindName
from citybrain.pack.identity import PackIdentity
from citybrain.structs import Struct

Table = Mapping[str, object]
Words = Mapping[str, Mapping[str, str]]  # key of a screen's text → language → text
NO_TABLE: Table = {}


class PackNeeds(Struct, frozen=True, kw_only=True):
    """What a pack needs of each tier: kinds of scene rules, capabilities of crews."""

    rules: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()


class KindTable(Struct, frozen=True, kw_only=True):
    """A file of `kinds/`: the district reads the rest of it."""

    file: str
    kind: str
    table: Table


class RuleTemplate(Struct, frozen=True, kw_only=True):
    """A file of `rules/`: the keys of one scene rule, with `${asset.field}` in its values."""

    file: str
    name: str
    asset: AssetKindName
    table: Table


class SourceTemplate(Struct, frozen=True, kw_only=True):
    """How a street agent reads the assets of a kind: the keys of a `[[camera]]` or `[[sensor]]`
    beside its id, its place and its rules.
    """

    asset: AssetKindName
    table: Table


class Pack(Struct, frozen=True, kw_only=True):
    """One pack as read from its folder."""

    identity: PackIdentity
    folder: Path
    title: LocalizedName
    needs: PackNeeds
    kinds: tuple[KindTable, ...]
    rules: tuple[RuleTemplate, ...]
    sources: tuple[SourceTemplate, ...]
    asset_kinds: tuple[AssetKind, ...]
    words: Words
    life: Table = NO_TABLE

    @property
    def name(self) -> str:
        return self.identity.name


class PackSet(Struct, frozen=True, kw_only=True):
    """The packs in force together, in their order. `load.load_packs` makes one; what two of them
    define differently is not in it.
    """

    packs: tuple[Pack, ...]

    @property
    def identities(self) -> tuple[PackIdentity, ...]:
        return tuple(pack.identity for pack in self.packs)

    @property
    def words(self) -> Words:
        """The texts of all of them; under `rule_id.ID` those of the rules, by the ids that events
        name."""
        words = {key: texts for pack in self.packs for key, texts in pack.words.items()}
        return {**words, **_titles_of_rules(self.rules, words)}

    @property
    def asset_kinds(self) -> dict[str, AssetKind]:
        """By name."""
        return {kind.kind: kind for pack in self.packs for kind in pack.asset_kinds}

    @property
    def rules(self) -> tuple[RuleTemplate, ...]:
        return tuple(rule for pack in self.packs for rule in pack.rules)

    def source_of(self, kind: str) -> Table:
        """The keys of the source that watches assets of `kind`."""
        of_kind = (s.table for pack in self.packs for s in pack.sources if s.asset == kind)
        return next(of_kind, NO_TABLE)

    def kind_tables(self) -> Iterator[tuple[Pack, KindTable]]:
        """Every file of `kinds/` with its pack."""
        return ((pack, kind) for pack in self.packs for kind in pack.kinds)


def _titles_of_rules(rules: tuple[RuleTemplate, ...], words: Words) -> Words:
    """By id; one that two rules have, of whichever packs, names neither."""
    by_id: dict[str, list[str]] = {}
    for rule in rules:
        by_id.setdefault(str(rule.table.get("id", "")), []).append(f"rule.{rule.name}")
    return {
        f"rule_id.{rule_id}": words[keys[0]]
        for rule_id, keys in by_id.items()
        if len(keys) == 1 and keys[0] in words
    }
