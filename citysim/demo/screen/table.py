"""The live table of the terminal: street, districts, city, laws, happenings. Draws; knows nothing that the board does not."""

from collections import Counter
from collections.abc import Iterable, Mapping

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from citybrain.domain.agent import AgentStatus
from citybrain.domain.console import DistrictSnapshot
from citybrain.stages import FREE_UNIT_STATES, OVER_INCIDENT_STAGES
from citybrain.vocabulary import Visibility
from citysim.demo.screen.board import Board
from citysim.demo.words import Words
from citysim.laws.report import LawReport
from citysim.laws.table import NEED_TRUTH

HAPPENINGS_SHOWN = 8
SIGHT_STYLE = {
    Visibility.OBSERVED: "green",
    Visibility.DEGRADED: "yellow",
    Visibility.BLIND: "red",
    Visibility.UNKNOWN: "dim",
}


def live_table(
    board: Board, words: Words, *, headline: str, names: Mapping[str, str]
) -> RenderableType:
    """The whole screen; `names` are the districts' in the language of the reader."""
    return Group(
        Text(headline, style="bold"),
        _streets(board, words),
        _districts(board, words, names),
        _city(board, words),
        _laws(board, words),
        Panel(
            Group(*[Text(line) for line in list(board.happenings)[-HAPPENINGS_SHOWN:]]),
            title=words("happenings"),
            title_align="left",
            border_style="dim",
        ),
    )


def _streets(board: Board, words: Words) -> Table:
    table = _table(
        words("streets"),
        words("source"),
        words("fps"),
        words("infer"),
        words("frames"),
        words("visibility"),
        words("outbox"),
    )
    agents = {
        a.agent: a
        for snapshot in board.districts.values()
        if snapshot is not None
        for a in snapshot.agents
    }
    for agent in [agents[name] for name in sorted(agents)]:
        _street_rows(table, agent, words)
    return table


def _street_rows(table: Table, agent: AgentStatus, words: Words) -> None:
    if not agent.online or not agent.sources:
        table.add_row(
            agent.agent,
            "",
            "",
            "",
            Text(words("down"), style="red") if not agent.online else "",
            str(agent.outbox_rows),
        )
        return
    for source in agent.sources:
        visibility = Text(
            " ".join(
                filter(
                    None, (words(source.visibility), words(source.reason) if source.reason else "")
                )
            ),
            style=SIGHT_STYLE[source.visibility],
        )
        frames = (
            f"{source.captured}: {source.used} · {source.gated} · {source.dropped}"
            if source.is_camera
            else f"{source.captured}"
        )
        infer = f"{source.infer_ms:.1f}" if source.is_camera else ""
        table.add_row(
            f"{agent.agent} / {source.source}",
            f"{source.fps:.1f}",
            infer,
            frames,
            visibility,
            str(agent.outbox_rows),
        )


def _districts(board: Board, words: Words, names: Mapping[str, str]) -> Table:
    table = _table(
        words("districts"), words("district"), words("queue"), words("crews"), words("link")
    )
    for name, snapshot in sorted(board.districts.items()):
        if snapshot is None:
            table.add_row(names.get(name, name), Text(words("down"), style="red"), "", "")
        else:
            table.add_row(
                names.get(name, name),
                _queue(snapshot, words),
                _crews(snapshot, words),
                _link(snapshot, words),
            )
    return table


def _queue(snapshot: DistrictSnapshot, words: Words) -> str:
    stages = Counter(str(row.report.stage) for row in snapshot.rows)
    alive = sum(row.report.stage not in OVER_INCIDENT_STAGES for row in snapshot.rows)
    return f"{alive}  ({', '.join(f'{words(stage)} {count}' for stage, count in sorted(stages.items())) or words('none')})"


def _crews(snapshot: DistrictSnapshot, words: Words) -> str:
    free = sum(unit.state in FREE_UNIT_STATES for unit in snapshot.units)
    busy = ", ".join(
        f"{unit.unit} {words(unit.state)}"
        for unit in snapshot.units
        if unit.state not in FREE_UNIT_STATES
    )
    return f"{free}/{len(snapshot.units)} {words('free')}" + (f" · {busy}" if busy else "")


def _link(snapshot: DistrictSnapshot, words: Words) -> Text:
    links = [link for link in snapshot.links if link.name == "city"]
    if not links:
        return Text("")
    return Text(
        words("up") if links[0].up else words("away"), style="green" if links[0].up else "red"
    ) + Text(f" ({links[0].backlog})", style="dim")


def _city(board: Board, words: Words) -> Table:
    table = _table(words("city"), words("plans"), words("orders"), words("planner"))
    snapshot = board.city
    if snapshot is None:
        table.add_row(Text(words("down"), style="red"), "", "")
        return table
    plans = Counter(str(plan.stage) for plan in snapshot.plans)
    drives = Counter(drive.stage or drive.drive for drive in snapshot.drives)
    table.add_row(
        _counts(plans, words),
        _counts(drives, words),
        " ".join(words(part) for part in (snapshot.planner, snapshot.planner_because) if part),
    )
    return table


def _counts(counter: Counter[str], words: Words) -> str:
    return ", ".join(f"{words(name)} {count}" for name, count in sorted(counter.items())) or words(
        "none"
    )


def _laws(board: Board, words: Words) -> Table:
    table = _table(
        words("laws"), words("law"), words("checked"), words("unjudged"), words("broken")
    )
    for report in shown(board.laws):
        table.add_row(
            words(report.law),
            str(report.checked),
            str(report.unjudged or ""),
            verdict_on(report, words),
        )
    return table


def shown(reports: Iterable[LawReport]) -> list[LawReport]:
    """The laws that a run of real processes can be judged by."""
    return [report for report in reports if report.law not in NEED_TRUTH]


def verdict_on(report: LawReport, words: Words) -> Text:
    """How many breaks there are, or that there is none, or that nothing is known yet."""
    if report.broken:
        return Text(str(len(report.broken)), style="bold red")
    return (
        Text(words("kept"), style="green")
        if report.checked
        else Text(words("nothing_yet"), style="dim")
    )


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold cyan",
        expand=True,
        pad_edge=False,
        box=None,
        header_style="dim",
    )
    for column in columns:
        table.add_column(column, no_wrap=False)
    return table
