"""The series of a source as a table with a small picture of each, for a terminal. Pure."""

import math
from collections.abc import Sequence

from rich.table import Table

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.series import SeriesPoint

BARS = "▁▂▃▄▅▆▇█"
GAP = "·"  # nobody looked, or nothing was read
COLUMNS = 24


def series_table(
    source: str, series: Sequence[Sequence[SeriesPoint]], *, since: Timestamp, until: Timestamp
) -> Table:
    """One row a series: its last number, its range, and how it went from `since` to `until`."""
    table = Table(title=source, title_justify="left", box=None, padding=(0, 1, 0, 0))
    for name in ("series", "last", "least", "mean", "most", "observed", "picture"):
        is_text = name in ("series", "picture")
        table.add_column(name, justify="left" if is_text else "right", no_wrap=True)
    for points in series:
        share = sum(point.observed_share for point in points) / len(points)
        shown = picture(points, since=since, until=until)
        table.add_row(points[0].series, *_numbers(points), f"{share:.0%}", shown)
    return table


def picture(points: Sequence[SeriesPoint], *, since: Timestamp, until: Timestamp) -> str:
    """The means over time, in `COLUMNS` columns between the least and the most of them. A column
    of which nothing is known is a gap, not a zero."""
    columns: list[list[float]] = [[] for _ in range(COLUMNS)]
    for point in points:
        place = (point.minute - since) / max(SECOND_US, until - since) * COLUMNS
        if point.samples and place < COLUMNS:
            columns[max(0, math.floor(place))].append(point.mean)
    means = [sum(column) / len(column) if column else None for column in columns]
    known = [mean for mean in means if mean is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    return "".join(GAP if mean is None else _bar(mean, low, high) for mean in means)


def _bar(value: float, low: float, high: float) -> str:
    share = (value - low) / (high - low) if high > low else 0.0
    return BARS[min(len(BARS) - 1, int(share * len(BARS)))]


def _numbers(points: Sequence[SeriesPoint]) -> tuple[str, str, str, str]:
    """Last, least, mean and most of what was sampled."""
    known = [point for point in points if point.samples]
    if not known:
        return ("-", "-", "-", "-")
    mean = sum(p.mean * p.samples for p in known) / sum(p.samples for p in known)
    last = f"{known[-1].last:.4g} {known[-1].unit}".strip()
    low, high = min(p.low for p in known), max(p.high for p in known)
    return (last, f"{low:.4g}", f"{mean:.4g}", f"{high:.4g}")
