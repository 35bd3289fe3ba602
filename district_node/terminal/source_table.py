"""Cameras and sensors as a table of a terminal. Pure."""

from collections.abc import Iterable

from rich import box
from rich.table import Table
from rich.text import Text

from citybrain.api.lists.port import PublicMessage
from citybrain.geo import compass_point
from district_node.terminal.called_units import HALVES


def source_table(sources: Iterable[PublicMessage]) -> Table:
    """A row each, under the English name that people call it by. A camera of which nobody said
    where it looks has no more than its place."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("source", overflow="fold", min_width=24)
    for name in ("type", "sees", "place", "looks"):
        table.add_column(name, overflow="fold")
    for one in sources:
        cells = (
            called_source(one.name) or one.id,
            one.type,
            _sees(one),
            f"{one.place.latitude:.6f}, {one.place.longitude:.6f}",
            _looks(one.view_cone) if one.HasField("view_cone") else "",
        )
        table.add_row(*(Text(cell) for cell in cells))  # names are no markup
    return table


def called_source(name: str) -> str:
    """The English half of a name in both languages; another one as it is."""
    halves = HALVES.fullmatch(name)
    return halves[1] if halves else name


def _sees(source: PublicMessage) -> str:
    if not source.agent_online:
        return "offline"
    return f"{source.visibility}, {source.reason}" if source.reason else source.visibility


def _looks(cone: PublicMessage) -> str:
    """ "south-east (135°), 80° wide, 40 m"."""
    heading, wide = f"{cone.heading_deg:.0f}°", f"{cone.field_of_view_deg:.0f}° wide"
    return f"{compass_point(cone.heading_deg)} ({heading}), {wide}, {cone.range_m:.0f} m"
