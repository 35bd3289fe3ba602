"""The points of the last two days in a SQLite file of their own: nothing is decided from them, and
nothing that must not be lost stands there. Any thread may use it; each call is short.
"""

import threading
from collections.abc import Sequence
from pathlib import Path

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.series import SeriesBatch, SeriesPoint
from citybrain.errors import StoreCorruptError
from citybrain.ids import AgentId, SourceId
from citybrain.sqlite.owned_file import open_owned, settle, transaction, translated_errors
from citybrain.sqlite.statements import named_queries
from district_node.cores.incidents.contribution import agent_label
from district_node.series.limits import SERIES_AHEAD, SERIES_BYTES, SERIES_KEPT, SERIES_OF_AGENT

FILE = "series.db"
SCHEMA = "district_node.series.migrations"
VALUE = "value"  # the series of what a sensor reads
DROP_STEP_US = 3_600 * SECOND_US  # what goes at once where the file is too large


class SeriesStore:
    """An open file; one process has it. Raises `StoreError`."""

    def __init__(self, folder: Path) -> None:
        self._path, self._guard = folder / FILE, threading.Lock()
        self._sql = named_queries("district_node.series", "series.sql")
        try:
            self._lock, self._connection = open_owned(self._path, schema=SCHEMA)
        except StoreCorruptError:  # a picture of two days: begun anew rather than mended
            for suffix in ("", "-wal", "-shm"):
                self._path.with_name(FILE + suffix).unlink(missing_ok=True)
            self._lock, self._connection = open_owned(self._path, schema=SCHEMA)
        settle(self._connection, self._path)
        # what each series measures in, for screens that ask often: of as many as the file has
        self._units: dict[tuple[str, str], str] = {}
        with translated_errors(self._path):  # a power cut may cost the last minute, not the file
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._read_units()

    def put(self, batches: Sequence[SeriesBatch], at: Timestamp) -> int:
        """Keep points received at `at`, in one transaction; a repeated one takes the place of the
        one before. How many were not kept: too old, ahead of time, of one series too many."""
        refused = 0
        with self._guard, translated_errors(self._path), transaction(self._connection, self._path):
            for batch in batches:
                refused += self._put(batch, at)
        return refused

    def points(self, agent: AgentId, source: SourceId, since: Timestamp) -> tuple[SeriesPoint, ...]:
        """Of one source from the minute `since` on: by series, the oldest first."""
        with self._guard, translated_errors(self._path):
            rows = self._connection.execute(self._sql["points"], (agent, source, since)).fetchall()
        return tuple(_point(source, row) for row in rows)

    def unit_of(self, label: str, series: str = VALUE) -> str:
        """What the source of this label measures in; "": it named nothing, or is not known."""
        return self._units.get((label, series), "")

    def forget(self, at: Timestamp) -> None:
        """Drop what is older than `SERIES_KEPT`, and the oldest while there is too much."""
        before = Timestamp(at - round(SERIES_KEPT.value * SECOND_US))
        with self._guard, translated_errors(self._path), transaction(self._connection, self._path):
            self._connection.execute(self._sql["drop_before"], (before,))
            while self._number("size") > SERIES_BYTES.value and (oldest := self._number("oldest")):
                self._connection.execute(self._sql["drop_before"], (oldest + DROP_STEP_US,))
            self._connection.execute(self._sql["drop_empty"])
            self._read_units()

    def close(self) -> None:
        with self._guard:
            self._connection.close()
            self._lock.release()

    def _put(self, batch: SeriesBatch, at: Timestamp) -> int:
        earliest = at - SERIES_KEPT.value * SECOND_US
        latest = at + SERIES_AHEAD.value * SECOND_US
        refused, agent = 0, batch.agent
        count = self._number("series_count", agent)
        ids: dict[tuple[str, str], int] = {}
        rows = []
        for point in batch.points:
            key = (point.source, point.series)
            if not earliest <= point.minute <= latest:
                refused += 1
                continue
            if key not in ids:
                is_new = not self._number("is_known", agent, *key)
                if is_new and count >= SERIES_OF_AGENT.value:
                    refused += 1
                    continue
                count += is_new
                ids[key] = self._number("series_id", agent, *key, point.unit)
                self._units[agent_label(agent, point.source), point.series] = point.unit
            rows.append(_row(ids[key], point))
        self._connection.executemany(self._sql["put_point"], rows)
        return refused

    def _read_units(self) -> None:
        rows = self._connection.execute(self._sql["units"]).fetchall()
        self._units = {
            (agent_label(AgentId(str(agent)), SourceId(str(source))), str(series)): str(unit)
            for agent, source, series, unit in rows
        }

    def _number(self, name: str, *bindings: str) -> int:
        """The first number that a query gives; 0 where it gives none."""
        row = self._connection.execute(self._sql[name], bindings).fetchone()
        number = row[0] if row is not None else None
        return number if isinstance(number, int) else 0


def _row(series: int, point: SeriesPoint) -> tuple[int | float, ...]:
    return (
        series,
        point.minute,
        point.samples,
        point.last,
        point.low,
        point.mean,
        point.high,
        point.observed_share,
    )


def _point(source: SourceId, row: tuple[object, ...]) -> SeriesPoint:
    series, unit, minute, samples, *numbers = row
    last, low, mean, high, share = (float(str(number)) for number in numbers)
    return SeriesPoint(
        source=source,
        series=str(series),
        unit=str(unit),
        minute=Timestamp(int(str(minute))),
        samples=int(str(samples)),
        last=last,
        low=low,
        mean=mean,
        high=high,
        observed_share=share,
    )
