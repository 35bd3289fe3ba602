"""Draws the stage tables as Mermaid state diagrams, so that the docs show what the code does and nothing else."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from citybrain.stages import NEXT_INCIDENT, NEXT_ORDER, NEXT_UNIT

STARTS = {"incident": "reported", "order": "proposed", "unit": "available"}


S = TypeVar("S", bound=StrEnum)
Q = TypeVar("Q", bound=StrEnum)


def mermaid(noun: str, table: Mapping[tuple[S, Q], S]) -> str:
    """The state diagram of one table, edges in table order; cues between the same two stages share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for (stage, trigger), following in table.items():
        arrows.setdefault((stage.value, following.value), []).append(trigger.value)
    lines = [f"    [*] --> {STARTS[noun]}"]
    lines += [f"    {start} --> {end}: {', '.join(cues)}" for (start, end), cues in arrows.items()]
    following_any = {stage.value for stage, _ in table}
    ends = sorted({following.value for following in table.values()} - following_any)
    lines += [f"    {end} --> [*]" for end in ends]
    return "```mermaid\nstateDiagram-v2\n" + "\n".join(lines) + "\n```"


def all_diagrams() -> dict[str, str]:
    """Every stage table's diagram by noun."""
    return {
        "incident": mermaid("incident", NEXT_INCIDENT),
        "order": mermaid("order", NEXT_ORDER),
        "unit": mermaid("unit", NEXT_UNIT),
    }
