"""The live table of the terminal: street, districts, city, laws, recent events.

Draws what the `CityMonitor` holds, as much of it as the terminal is high: before events are cut,
laws become one line, and then what was printed above the table already is left out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from citybrain.domain.agent import AgentStatus, SourceStatus
from citybrain.domain.console import DistrictSnapshot
from citybrain.stages import ENDED_INCIDENT_STAGES, FREE_UNIT_STATES
from citybrain.vocabulary import Visibility
from citysim.demo.messages import Translator
from citysim.demo.screen.city_monitor import CityMonitor
from citysim.laws.report import LawReport
from citysim.laws.table import NEEDS_GROUND_TRUTH

LOG_LINES_SHOWN, LOG_LINES_WANTED, LOG_LINES_MIN = 8, 5, 1
PANEL_EDGES = 2
VISIBILITY_STYLE = {
    Visibility.OBSERVED: "green",
    Visibility.DEGRADED: "yellow",
    Visibility.BLIND: "red",
    Visibility.UNKNOWN: "dim",
}


class LiveTable:
    """The whole screen. `names` are the districts' in the reader's language; `notes` stand above
    the terminal's table already."""

    def __init__(
        self,
        monitor: CityMonitor,
        translate: Translator,
        *,
        headline: str,
        names: Mapping[str, str],
        notes: str = "",
    ) -> None:
        self._translate = translate
        self._lines = list(monitor.log_lines)[-LOG_LINES_SHOWN:]
        short, noted = Text(headline, style="bold"), Text(f"{headline}\n{notes}", style="bold")
        tiers = (
            _streets(monitor, translate),
            _districts(monitor, translate, names),
            _city(monitor, translate),
        )
        laws, laws_in_short = _laws(monitor, translate), _laws_in_short(monitor, translate)
        self._wholes = (
            Group(noted if notes else short, *tiers, laws),
            Group(noted if notes else short, *tiers, laws_in_short),
            Group(short, *tiers, laws_in_short),
        )

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        wanted = max(LOG_LINES_MIN, min(len(self._lines), LOG_LINES_WANTED)) + PANEL_EDGES
        for whole in self._wholes:
            left = options.max_height - len(console.render_lines(whole, options, pad=False))
            if left >= wanted:
                break
        yield whole
        if left > PANEL_EDGES:
            yield self._events(left - PANEL_EDGES)

    def _events(self, count: int) -> Panel:
        lines = self._lines[-count:]
        return Panel(
            Group(*[Text(line, no_wrap=True, overflow="ellipsis") for line in lines]),
            title=self._translate("recent_events"),
            title_align="left",
            border_style="dim",
        )


def _streets(monitor: CityMonitor, translate: Translator) -> Table:
    columns = ("source", "fps", "infer", "frames", "visibility", "outbox")
    table = _table(translate, "streets", *columns)
    snapshots = [snapshot for snapshot in monitor.districts.values() if snapshot is not None]
    agents = {agent.agent: agent for snapshot in snapshots for agent in snapshot.agents}
    for name in sorted(agents):
        _add_agent(table, agents[name], translate)
    return table


def _add_agent(table: Table, agent: AgentStatus, translate: Translator) -> None:
    if not agent.online or not agent.sources:
        down = "" if agent.online else Text(translate("down"), style="red")
        table.add_row(agent.agent, "", "", "", down, str(agent.outbox_rows))
        return
    for source in agent.sources:
        frames = f"{source.captured}"
        if source.is_camera:
            frames += f": {source.used} · {source.gated} · {source.dropped}"
        table.add_row(
            f"{agent.agent} / {source.source}",
            f"{source.fps:.1f}",
            f"{source.infer_ms:.1f}" if source.is_camera else "",
            frames,
            _visibility(source, translate),
            str(agent.outbox_rows),
        )


def _visibility(source: SourceStatus, translate: Translator) -> Text:
    parts = (translate(source.visibility), translate(source.reason) if source.reason else "")
    return Text(" ".join(filter(None, parts)), style=VISIBILITY_STYLE[source.visibility])


def _districts(monitor: CityMonitor, translate: Translator, names: Mapping[str, str]) -> Table:
    table = _table(translate, "districts", "district", "queue", "crews", "link")
    for name, snapshot in sorted(monitor.districts.items()):
        shown = names.get(name, name)
        if snapshot is None:
            table.add_row(shown, Text(translate("down"), style="red"), "", "")
        else:
            queue, crews = _queue(snapshot, translate), _crews(snapshot, translate)
            table.add_row(shown, queue, crews, _link(snapshot, translate))
    return table


def _queue(snapshot: DistrictSnapshot, translate: Translator) -> str:
    stages = Counter(str(row.report.stage) for row in snapshot.queue)
    alive = sum(row.report.stage not in ENDED_INCIDENT_STAGES for row in snapshot.queue)
    return f"{alive}  ({_counts(stages, translate)})"


def _crews(snapshot: DistrictSnapshot, translate: Translator) -> str:
    free = sum(unit.state in FREE_UNIT_STATES for unit in snapshot.units)
    busy = ", ".join(
        f"{unit.unit} {translate(unit.state)}"
        for unit in snapshot.units
        if unit.state not in FREE_UNIT_STATES
    )
    return f"{free}/{len(snapshot.units)} {translate('free')}" + (f" · {busy}" if busy else "")


def _link(snapshot: DistrictSnapshot, translate: Translator) -> Text:
    link = next((link for link in snapshot.links if link.name == "city"), None)
    if link is None:
        return Text("")
    state = Text(translate("up" if link.up else "down"), style="green" if link.up else "red")
    return state + Text(f" ({link.backlog})", style="dim")


def _city(monitor: CityMonitor, translate: Translator) -> Table:
    table = _table(translate, "city", "plans", "orders", "planner")
    city = monitor.city
    if city is None:
        table.add_row(Text(translate("down"), style="red"), "", "")
        return table
    plans = Counter(city.plan_stages)
    orders = Counter(order.crew_stage or order.stage for order in city.orders)
    planner = [part for part in (city.planner, city.planner_reason) if part]
    table.add_row(
        _counts(plans, translate),
        _counts(orders, translate),
        " ".join(translate(part) for part in planner),
    )
    return table


def _counts(counter: Counter[str], translate: Translator) -> str:
    counts = [f"{translate(name)} {count}" for name, count in sorted(counter.items())]
    return ", ".join(counts) or translate("none")


def _laws(monitor: CityMonitor, translate: Translator) -> Table:
    table = _table(translate, "laws", "law", "checked", "inconclusive", "violations")
    for report in laws_of_processes(monitor.laws):
        table.add_row(
            translate(report.law),
            str(report.checked),
            str(report.inconclusive or ""),
            law_verdict(report, translate),
        )
    return table


def _laws_in_short(monitor: CityMonitor, translate: Translator) -> Text:
    """How many hold; those that do not by their names."""
    reports = laws_of_processes(monitor.laws)
    broken = [report for report in reports if report.violations]
    holding = sum(bool(report.checked) for report in reports) - len(broken)
    line = Text(f"{translate('laws')}: ", style="bold cyan")
    line.append(f"{translate('holds')} {holding}/{len(reports)}", style="not bold green")
    for report in broken:
        said = f" · {translate(report.law)}: {translate('violations')} {len(report.violations)}"
        line.append(said, style="bold red")
    return line


def laws_of_processes(reports: Iterable[LawReport]) -> list[LawReport]:
    """The laws that a run of real processes can be judged by."""
    return [report for report in reports if report.law not in NEEDS_GROUND_TRUTH]


def law_verdict(report: LawReport, translate: Translator) -> Text:
    """How many violations there are, or that the law holds, or that nothing is known yet."""
    if report.violations:
        return Text(str(len(report.violations)), style="bold red")
    if report.checked:
        return Text(translate("holds"), style="green")
    return Text(translate("nothing_checked"), style="dim")


def _table(translate: Translator, title: str, *columns: str) -> Table:
    table = Table(
        title=translate(title),
        title_justify="left",
        title_style="bold cyan",
        expand=True,
        pad_edge=False,
        box=None,
        header_style="dim",
    )
    for column in columns:
        table.add_column(translate(column), no_wrap=False)
    return table
