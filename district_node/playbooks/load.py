"""Reads playbooks from TOML into values, and complains once about all files and all faults. Built-in ones are always there; the same kind replaces."""

from collections.abc import Sequence
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

from pydantic import Field, model_validator

from citybrain.config.fields import PositiveInt, PositiveSeconds, Seconds, Section, Titles
from citybrain.config.load import load
from citybrain.errors import ConfigError, Fault
from citybrain.vocabulary import Capability, Certainty, IncidentKind, Severity
from district_node.cores.belief.correlate import JOINS_MAX_M
from district_node.playbook import (
    ClockRules,
    Closes,
    Escalates,
    Joins,
    NeedRule,
    Opens,
    Playbook,
    SelfClear,
    Title,
)

Word = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9_]{0,62}$",
        json_schema_extra={"right": 'Use a word of a-z, 0-9 and "_", for example "crowding".'},
    ),
]
Quantity = Annotated[
    int, Field(ge=1, le=20, json_schema_extra={"right": "Give a number of units from 1 to 20."})
]
Reach = Annotated[
    float,
    Field(
        gt=0,
        le=JOINS_MAX_M,
        json_schema_extra={"right": f"Give metres above 0, at most {JOINS_MAX_M:g}."},
    ),
]


class OpensTable(Section):
    severity: Severity = Opens().severity
    certainty: Certainty = Opens().certainty
    events: PositiveInt = Opens().events
    within_s: PositiveSeconds = Opens().within_s


class JoinsTable(Section):
    within_m: Reach = Joins().within_m
    within_s: PositiveSeconds = Joins().within_s


class NeedTable(Section):
    capability: Word
    quantity: Quantity = 1
    within_s: PositiveSeconds = 900.0


class ClocksTable(Section):
    dispatch_s: PositiveSeconds = ClockRules().dispatch_s
    arrive_s: PositiveSeconds = ClockRules().arrive_s
    handle_s: PositiveSeconds = ClockRules().handle_s
    verify_s: PositiveSeconds = ClockRules().verify_s


class ClosesTable(Section):
    quiet_s: PositiveSeconds = Closes().quiet_s
    self_clear: SelfClear = Closes().self_clear
    settle_s: Seconds = Closes().settle_s
    guard_s: Seconds = Closes().guard_s


class EscalatesTable(Section):
    max_eta_s: PositiveSeconds = Escalates().max_eta_s
    after_s: Seconds = Escalates().after_s


class PlaybookFile(Section):
    """One file. Every table but `needs` may be left out."""

    kind: Word
    title: Titles
    grid: str = ""
    opens: OpensTable = OpensTable()
    joins: JoinsTable = JoinsTable()
    needs: Annotated[tuple[NeedTable, ...], Field(min_length=1)]
    clocks: ClocksTable = ClocksTable()
    closes: ClosesTable = ClosesTable()
    escalates: EscalatesTable = EscalatesTable()

    @model_validator(mode="after")
    def _can_be_verified(self) -> Self:
        if self.closes.quiet_s >= self.clocks.verify_s:
            raise ValueError(
                f"closes.quiet_s ({self.closes.quiet_s:g}) is not below clocks.verify_s ({self.clocks.verify_s:g}); the camera could never answer in time"
            )
        return self

    def value(self) -> Playbook:
        return Playbook(
            kind=IncidentKind(self.kind),
            title=Title(en=self.title.en, zh=self.title.zh),
            grid=self.grid,
            opens=_as(Opens, self.opens),
            joins=_as(Joins, self.joins),
            needs=tuple(
                NeedRule(
                    capability=Capability(n.capability), quantity=n.quantity, within_s=n.within_s
                )
                for n in self.needs
            ),
            clocks=_as(ClockRules, self.clocks),
            closes=_as(Closes, self.closes),
            escalates=_as(Escalates, self.escalates),
        )


def load_playbooks(extra: Sequence[Path] = ()) -> tuple[Playbook, ...]:
    """The built-in playbooks and those of `extra`, by kind; raises `ConfigError` with the faults of every file."""
    found: dict[IncidentKind, Playbook] = {}
    given: dict[IncidentKind, Path] = {}
    faults: list[Fault] = []
    for path in (*built_in(), *extra):
        try:
            playbook = load(path, PlaybookFile).value()
        except ConfigError as error:
            faults += [
                Fault(key=f"{path.name}: {f.key}", wrong=f.wrong, right=f.right)
                for f in error.faults
            ]
            continue
        if path in extra and playbook.kind in given:
            faults.append(
                Fault(
                    key=f"{path.name}: kind",
                    wrong=f"{given[playbook.kind].name} is about {playbook.kind} too",
                    right="Keep one of the two.",
                )
            )
        if path in extra:
            given[playbook.kind] = path
        found[playbook.kind] = playbook
    if faults:
        raise ConfigError("the playbooks", tuple(faults))
    return tuple(found[kind] for kind in sorted(found))


def built_in() -> tuple[Path, ...]:
    """The TOML files that come with the package, by name."""
    folder = files("district_node.playbooks")
    return tuple(
        sorted(Path(str(entry)) for entry in folder.iterdir() if entry.name.endswith(".toml"))
    )


V = TypeVar("V")


def _as(kind: type[V], table: Section) -> V:
    values: dict[str, Any] = {field.name: getattr(table, field.name) for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**values)
