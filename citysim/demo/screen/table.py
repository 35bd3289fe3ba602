"""The live table of the terminal: street, districts, city, laws, happenings. Draws; knows nothing that the board does not."""

from collections import Counter
from collections.abc import Iterable, Mapping

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from citybrain.domain.agent import AgentStatus
from citybrain.domain.desk import DistrictDesk
from citybrain.stages import FREE_UNIT_STATES, OVER_INCIDENT_STAGES
from citybrain.vocabulary import Sight
from citysim.demo.screen.board import Board
from citysim.demo.words import Words
from citysim.laws.report import LawReport
from citysim.laws.table import NEED_TRUTH

HAPPENINGS_SHOWN = 8
SIGHT_STYLE = {
    Sight.OBSERVED: "green",
    Sight.DEGRADED: "yellow",
    Sight.BLIND: "red",
    Sight.UNKNOWN: "dim",
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
        words("sight"),
        words("outbox"),
    )
    agents = {
        a.agent: a for desk in board.districts.values() if desk is not None for a in desk.agents
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
        sight = Text(
            " ".join(
                filter(None, (words(source.sight), words(source.because) if source.because else ""))
            ),
            style=SIGHT_STYLE[source.sight],
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
            sight,
            str(agent.outbox_rows),
        )


def _districts(board: Board, words: Words, names: Mapping[str, str]) -> Table:
    table = _table(
        words("districts"), words("district"), words("queue"), words("crews"), words("link")
    )
    for name, desk in sorted(board.districts.items()):
        if desk is None:
            table.add_row(names.get(name, name), Text(words("down"), style="red"), "", "")
        else:
            table.add_row(
                names.get(name, name), _queue(desk, words), _crews(desk, words), _link(desk, words)
            )
    return table


def _queue(desk: DistrictDesk, words: Words) -> str:
    stages = Counter(str(row.report.stage) for row in desk.rows)
    alive = sum(row.report.stage not in OVER_INCIDENT_STAGES for row in desk.rows)
    return f"{alive}  ({', '.join(f'{words(stage)} {count}' for stage, count in sorted(stages.items())) or words('none')})"


def _crews(desk: DistrictDesk, words: Words) -> str:
    free = sum(unit.state in FREE_UNIT_STATES for unit in desk.units)
    busy = ", ".join(
        f"{unit.unit} {words(unit.state)}"
        for unit in desk.units
        if unit.state not in FREE_UNIT_STATES
    )
    return f"{free}/{len(desk.units)} {words('free')}" + (f" · {busy}" if busy else "")


def _link(desk: DistrictDesk, words: Words) -> Text:
    links = [link for link in desk.links if link.name == "city"]
    if not links:
        return Text("")
    return Text(
        words("up") if links[0].up else words("away"), style="green" if links[0].up else "red"
    ) + Text(f" ({links[0].backlog})", style="dim")


def _city(board: Board, words: Words) -> Table:
    table = _table(words("city"), words("plans"), words("orders"), words("planner"))
    desk = board.city
    if desk is None:
        table.add_row(Text(words("down"), style="red"), "", "")
        return table
    plans = Counter(str(plan.stage) for plan in desk.plans)
    drives = Counter(drive.stage or drive.drive for drive in desk.drives)
    table.add_row(
        _counts(plans, words),
        _counts(drives, words),
        " ".join(words(part) for part in (desk.planner, desk.planner_because) if part),
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
