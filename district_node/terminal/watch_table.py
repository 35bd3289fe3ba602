"""The queue of a district as `citybrain district watch` draws it, in one of two languages. Pure."""

from collections.abc import Iterable, Mapping

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from citybrain.clock import SECOND_US, Timestamp, iso, seconds_between
from citybrain.domain.console import DistrictSnapshot, QueueEntry
from citybrain.ids import UnitId
from citybrain.stages import FREE_UNIT_STATES
from citybrain.structs import Struct
from district_node.terminal.called_units import HALVES
from district_node.terminal.tables import COLOURS, called

Texts = Mapping[str, Mapping[str, str]]  # key -> language -> text

COLUMNS = (
    "number",
    "severity",
    "kind",
    "place",
    "stage",
    "clock",
    "waits",
    "owner",
    "crew",
    "notes",
)
WORDS: Texts = {
    "watch.number": {"en": "case", "zh": "案件"},
    "watch.severity": {"en": "severity", "zh": "等级"},
    "watch.kind": {"en": "what", "zh": "类型"},
    "watch.place": {"en": "place", "zh": "地点"},
    "watch.stage": {"en": "stage", "zh": "阶段"},
    "watch.clock": {"en": "clock", "zh": "时限"},
    "watch.waits": {"en": "waits for", "zh": "等待"},
    "watch.owner": {"en": "owner", "zh": "经办人"},
    "watch.crew": {"en": "crew", "zh": "队伍"},
    "watch.notes": {"en": "notes", "zh": "备注"},
    "watch.open": {"en": "{n} open", "zh": "{n} 件未结"},
    "watch.free": {"en": "{free} of {all} units free", "zh": "{all} 支队伍中 {free} 支空闲"},
    "watch.nothing": {"en": "nothing is open", "zh": "没有未结案件"},
    "watch.overdue": {"en": "overdue by {left}", "zh": "已超时 {left}"},
    "watch.lost": {
        "en": "connection lost since {at}: what is shown is from then; trying again",
        "zh": "连接自 {at} 起中断：以下为当时内容，正在重试",
    },
    "watch.more": {
        "en": "and {n} more, less urgent: the page of the district has all",
        "zh": "另有 {n} 件较不紧急，见区级页面",
    },
}


class Watched(Struct, frozen=True, kw_only=True):
    """What is known of the district: `total` cases are open, `snapshot.queue` has the most urgent.
    `lost_since` None: the connection stands."""

    snapshot: DistrictSnapshot
    total: int
    lost_since: Timestamp | None = None


def watch_table(watched: Watched, at: Timestamp, texts: Texts, language: str) -> RenderableType:
    """The whole screen at `at`, by which its clocks run. `texts`: the words of the web pages."""
    words = Words({**texts, **WORDS}, language)
    snapshot = watched.snapshot
    parts: list[RenderableType] = [_headline(watched, words)]
    if watched.lost_since is not None:
        lost = words.of("watch.lost", at=_time_of_day(watched.lost_since))
        parts.append(Text(lost, style="bold white on red"))
    if not snapshot.queue:
        return Group(*parts, Text(words.of("watch.nothing"), style="dim"))
    parts.append(_table(snapshot, at, words))
    hidden = watched.total - len(snapshot.queue)
    if hidden > 0:
        parts.append(Text(words.of("watch.more", n=hidden), style="dim"))
    return Group(*parts)


class Words:
    """Texts of one language; what has none stands as it is."""

    def __init__(self, texts: Texts, language: str) -> None:
        self._texts, self.language = texts, language

    def of(self, key: str, **values: object) -> str:
        found = self._texts.get(key, {}).get(self.language) or key.partition(".")[2]
        return found.format(**values) if values else found


def _headline(watched: Watched, words: Words) -> Text:
    snapshot = watched.snapshot
    free = sum(unit.state in FREE_UNIT_STATES and unit.order is None for unit in snapshot.units)
    links = "  ".join(
        f"{words.of(f'link.{link.name}')} {'✓' if link.up else '✗'}" for link in snapshot.links
    )
    counts = (
        words.of("watch.open", n=watched.total),
        words.of("watch.free", free=free, all=len(snapshot.units)),
    )
    name = in_language(snapshot.name, words.language)
    return Text("   ".join((name, *counts, links)), style="bold")


def _table(snapshot: DistrictSnapshot, at: Timestamp, words: Words) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(words.of("watch.number"), no_wrap=True, overflow="ignore")
    for name in COLUMNS[1:]:
        table.add_column(words.of(f"watch.{name}"), overflow="fold")
    names = {unit.unit: unit.name for unit in snapshot.units}
    for row in snapshot.queue:
        table.add_row(*_cells(row, at, names, words))
    return table


def _cells(
    row: QueueEntry, at: Timestamp, names: Mapping[UnitId, str], words: Words
) -> Iterable[Text]:
    report = row.report
    stage = words.of(f"stage.{report.stage}") + (" ↑" if report.escalated else "")
    taken = [slot.unit for slot in report.slots if slot.unit is not None]
    crews = [in_language(names.get(unit, unit), words.language) for unit in taken]
    return (
        Text(called(report)),
        Text(words.of(f"severity.{report.severity}"), style=COLOURS[report.severity]),
        Text(words.of(f"kind.{report.kind}")),
        Text(_place(row, words.language)),
        Text(stage),
        _clock(row, at, words),
        Text(words.of(f"waits.{row.waits_for}") if row.waits_for else ""),
        Text(row.owner),
        Text(", ".join(dict.fromkeys(crews))),
        Text(str(row.notes) if row.notes else ""),
    )


def _place(row: QueueEntry, language: str) -> str:
    if row.place_name is None:
        return f"{row.report.place.lat:.4f},{row.report.place.lon:.4f}"
    return row.place_name.zh if language == "zh" else row.place_name.en


def in_language(name: str, language: str) -> str:
    """One half of a name in both languages, "Riverside / 滨江区" or "Pump 1 泵一"; another as it
    is."""
    halves = HALVES.fullmatch(name)
    return name if halves is None else halves[2 if language == "zh" else 1]


def _clock(row: QueueEntry, at: Timestamp, words: Words) -> Text:
    """The one that runs out first."""
    nearest = min(row.clocks, key=lambda clock: clock.due, default=None)
    if nearest is None:
        return Text("")
    left_s = seconds_between(at, nearest.due)
    name = words.of(f"clock.{nearest.name}")
    if left_s >= 0:
        return Text(f"{name} {_span(left_s)}")
    return Text(f"{name} {words.of('watch.overdue', left=_span(-left_s))}", style="red")


def _span(seconds: float) -> str:
    whole = int(seconds)
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def _time_of_day(at: Timestamp) -> str:
    """UTC, as the histories of a terminal are."""
    return f"{iso(Timestamp(at - at % SECOND_US))[11:19]} UTC"
