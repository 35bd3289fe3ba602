"""Draws state tables as Mermaid state diagrams, so that the docs show what the code does."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from citybrain.link.stages import NEXT_INBOUND, NEXT_LINK, NEXT_OUTBOUND, NEXT_PRESENCE
from citybrain.stages import NEXT_INCIDENT, NEXT_ORDER, NEXT_UNIT
from coordinator.cores.order_saga import NEXT_STAGE

S = TypeVar("S", bound=StrEnum)
T = TypeVar("T", bound=StrEnum)


def mermaid(table: Mapping[tuple[S, T], S], start: str) -> str:
    """The diagram of one table, edges in table order; triggers between the same two stages share an
    arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for (stage, trigger), following in table.items():
        arrows.setdefault((stage.value, following.value), []).append(trigger.value)
    lines = [f"    [*] --> {start}"]
    for (stage, following), triggers in arrows.items():
        lines.append(f"    {stage} --> {following}: {', '.join(triggers)}")
    followed = {stage.value for stage, _ in table}
    ends = sorted({following.value for following in table.values()} - followed)
    lines += [f"    {end} --> [*]" for end in ends]
    return "```mermaid\nstateDiagram-v2\n" + "\n".join(lines) + "\n```"


DIAGRAMS: Mapping[tuple[str, str], str] = {
    ("lifecycles", "incident"): mermaid(NEXT_INCIDENT, "reported"),
    ("lifecycles", "order"): mermaid(NEXT_ORDER, "proposed"),
    ("lifecycles", "unit"): mermaid(NEXT_UNIT, "available"),
    ("orders", "order saga"): mermaid(NEXT_STAGE, "proposing"),
    ("city-link", "stream"): mermaid(NEXT_LINK, "opening"),
    ("city-link", "presence of the peer"): mermaid(NEXT_PRESENCE, "present"),
    ("city-link", "inbound log"): mermaid(NEXT_INBOUND, "flowing"),
    ("city-link", "outbound log"): mermaid(NEXT_OUTBOUND, "flowing"),
}
"""By page below docs/protocols, and by what the table is of."""
