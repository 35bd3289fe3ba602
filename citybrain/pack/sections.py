"""The files of a pack that the kernel reads, as models that name every problem: `pack.toml`,
`assets.toml`, `rules/*.toml`. Kinds and life are their tiers' own.
"""

from typing import Annotated, Self

from pydantic import Field, StrictBool, StringConstraints, model_validator

from citybrain.config.fields import Finite, LocalizedNameConfig, Section
from citybrain.pack.asset import Corners, FieldType, FieldValue

SnakeCaseName = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9_]{0,62}$",
        json_schema_extra={"remedy": 'Use a word of a-z, 0-9 and "_", for example "stop_line".'},
    ),
]
PackName = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9_]{0,62}$",
        json_schema_extra={"remedy": 'Use a word of a-z, 0-9 and "_", for example "lifts".'},
    ),
]
Version = Annotated[
    str,
    StringConstraints(pattern=r"^\d{1,6}\.\d{1,6}\.\d{1,6}$"),
    Field(json_schema_extra={"remedy": 'Give three numbers, for example "1.0.0".'}),
]
Corner = tuple[Finite, Finite]
ANYTHING: dict[str, object] = {}


class NeedsTable(Section):
    """What the pack needs of each tier; whatever its files use must stand here."""

    rules: tuple[SnakeCaseName, ...] = ()
    """Kinds of scene rules that the street agent must know."""
    capabilities: tuple[SnakeCaseName, ...] = ()
    """What crews must be able to do, somewhere in the city."""


class PackFile(Section):
    """`pack.toml`: what the pack is."""

    name: PackName
    """Name of the pack, the same as its folder's."""
    version: Version
    """Version of the pack; a new one for every change that is put in force."""
    title: LocalizedNameConfig
    """What people call the scene."""
    needs: NeedsTable = NeedsTable()
    """What it needs of each tier."""


class AssetFieldTable(Section):
    """One field of an asset kind."""

    type: FieldType
    """`number`, `text`, `choice`, `zone` and `line` (in a picture), or `area` (on the earth)."""
    example: Annotated[float, Field(strict=True)] | str | tuple[Corner, ...]
    """A value that stands in where no asset is at hand: in checks and in the simulated city."""
    unit: str = ""
    """Unit of a number, for people: `m`, `km/h`."""
    choices: tuple[str, ...] = ()
    """The words of a `choice`."""
    required: StrictBool = True
    """Whether every asset must have it; a rule that uses a missing field is left out."""
    low: Finite | None = None
    """Lowest number."""
    high: Finite | None = None
    """Highest number."""

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if (self.type is FieldType.CHOICE) != bool(self.choices):
            raise ValueError(
                "choices is missing; give the words"
                if self.type is FieldType.CHOICE
                else f"choices belongs to a choice, and the type is {self.type}; leave it out"
            )
        bounds = (self.low, self.high)
        if self.type is not FieldType.NUMBER and (self.unit or bounds != (None, None)):
            raise ValueError(f"unit, low and high belong to a number, and the type is {self.type}")
        return self

    def value(self) -> FieldValue:
        """The example as it was written."""
        corners: Corners | float | str = self.example
        return corners


class AssetKindTable(Section):
    """A kind of asset, under its name in `assets.toml`."""

    fields: dict[str, dict[str, object]] = ANYTHING  # type: ignore[assignment]  # tables by name
    """Its fields, one table each under the field's name."""
    camera: dict[str, object] | None = None
    """For assets that a camera watches: the keys of `[[camera]]`, with `${asset.field}`."""
    sensor: dict[str, object] | None = None
    """For assets that a sensor measures: the keys of `[[sensor]]`, with `${asset.field}`."""

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if self.camera is not None and self.sensor is not None:
            raise ValueError("it has a camera and a sensor; make two kinds of asset")
        return self


class RuleFile(Section):
    """A file of `rules/`: one scene rule for every asset of a kind."""

    asset: SnakeCaseName
    """The asset kind, from `assets.toml`."""
    rule: dict[str, object]
    """The keys of the street agent's `[[camera.rule]]` or `[[sensor.rule]]`; a value may be
    `"${asset.field}"`."""
