"""A district's snapshot, an incident and the quarantine as tables for a terminal. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from citybrain.api.client.incidents import Basis, WholeIncident
from citybrain.api.client.rules import CountedRule
from citybrain.api.client.windows import ROWS_MAX
from citybrain.api.lists.port import PublicMessage
from citybrain.api.resources.elements import timestamp_of
from citybrain.clock import Timestamp, iso, seconds_between
from citybrain.domain.console import (
    Countdown,
    DistrictSnapshot,
    HistoryEntry,
    LinkStatus,
    QueueEntry,
    Responsibility,
    Unwitnessed,
    WatchedSource,
)
from citybrain.domain.crew import CrewMessage
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.unit import UnitReport
from citybrain.ids import OrderId
from citybrain.stages import ENDED_INCIDENT_STAGES
from citybrain.vocabulary import Disposition, Severity
from district_node.cores.numbering.case_number import long_form
from district_node.shell.quarantine import QuarantinedMessage
from district_node.terminal.attachment_table import attachment_table
from district_node.terminal.source_table import called_source
from district_node.terminal.unit_status import shown_state

CUT = f"the {ROWS_MAX} most urgent; the page of the district and /api/v1/incidents have all"
NO_CASES: Mapping[OrderId | None, str] = MappingProxyType({})
ELSEWHERE = "a case not shown here"
FORGOTTEN = "a case that is not kept any more"
COLOURS = {
    Severity.EXTREME: "bold red",
    Severity.SEVERE: "red",
    Severity.MODERATE: "yellow",
    Severity.MINOR: "cyan",
    Severity.UNKNOWN: "dim",
}


def snapshot_table(snapshot: DistrictSnapshot, *, ended: bool = False) -> RenderableType:
    """The queue, the crews and the links. `ended`: with ended incidents. A snapshot has the most
    urgent ones; where there may be more, the table says so."""
    rows = [row for row in snapshot.queue if ended or _is_queued(row)]
    is_cut = len(snapshot.queue) >= ROWS_MAX
    parts = (_headline(snapshot, len(rows), is_cut=is_cut), _queue(rows, snapshot))
    units = unit_table(snapshot.units, _cases(snapshot.queue))
    return Group(*parts, *([Text(CUT, style="dim")] if is_cut else []), units)


def called(report: IncidentReport) -> str:
    """What people call it, and commands take; its id where its district gave it no number."""
    return report.number or report.incident


def unwitnessed_words(found: Unwitnessed, source: str) -> str:
    """Why nothing sees it now. `source`: what people call the one that went dark last."""
    since = f"since {iso(found.since)[11:16]} UTC"
    if found.sources > 1:
        return f"none of its {found.sources} cameras and sensors sees it {since}"
    if found.state == "blind":
        why = f": {found.reason}" if found.reason else ""
        return f"its only camera or sensor, {source}, is blind {since}{why}"
    return f"its only camera or sensor, {source}, is away {since}: its box is offline"


def _is_queued(row: QueueEntry) -> bool:
    """Whether it is not over, and no area case stands for it."""
    return row.report.stage not in ENDED_INCIDENT_STAGES and row.waits_for != "area"


def incident_view(incident: WholeIncident, at: Timestamp) -> RenderableType:
    """One incident with what it rests on, its needs, clocks and history."""
    row, report, facts = incident.entry, incident.entry.report, _facts(incident, at)
    basis = _basis_table(incident.basis)
    needs = _table("slot", "needs", "state", "unit", "asked of", title="needs")
    for slot in report.slots:
        _add(
            needs,
            slot.slot.rsplit(".", 1)[-1],
            slot.capability,
            slot.state,
            _who_fills(slot, incident),
            "city" if slot.from_city else "own crews",
        )
    could_come = _table("unit", "way", "why", title="could come")
    for unit in incident.recommendations:
        way = "" if unit.eta_s is None else _duration(unit.eta_s)
        _add(could_come, unit.name, way, unit.words)
    history = _table("time", "what", "who", "reason", title="history")
    for line in row.history:
        who, why = (incident.names.get(one, one) for one in (line.actor, line.reason))
        _add(history, _short(line.at), f"{line.code}{_times(line)}", who, why)
    parts = [facts, basis, needs]
    if row.watched:
        parts.append(_watched_table(row.watched))
    if incident.recommendations:
        parts.append(could_come)
    if incident.notes:
        notes = _table("time", "who", "note", title="notes")
        for note in incident.notes:
            _add(notes, _short(note.at), note.actor, note.text)
        parts.append(notes)
    if incident.messages:
        parts.append(message_table(incident.messages, at, incident.names, title="messages"))
    if incident.attachments:
        parts.append(attachment_table(incident.attachments))
    return Group(*parts, history)


def _watched_table(watched: Iterable[WatchedSource]) -> Table:
    """What is dark, or was, that the case is about."""
    shown = _table("box", "source", "since", "why", "now", title="watches")
    for one in watched:
        now = "sees again" if one.is_back else "dark"
        source = one.source or "the whole box"
        _add(shown, one.agent, source, _short(one.since), one.reason, now)
    return shown


def _who_fills(slot: SlotReport, incident: WholeIncident) -> str:
    """Its unit, or the one that comes when its present order ends."""
    comes_next = incident.entry.next_units.get(slot.slot)
    who = slot.unit or comes_next
    name = incident.names.get(who, who) if who else ""
    return f"{name}, next" if comes_next and not slot.unit else name


def _basis_table(basis: Iterable[Basis]) -> Table:
    shown = _table(
        "id", "type", "source", "says", "call back", "verified by", "joined by", title="rests on"
    )
    for one in basis:
        said = (one.words, one.contact, one.verified_by, one.joined_by or "began it")
        _add(shown, one.id, one.type, one.source, *said)
    return shown


def message_table(
    messages: Sequence[CrewMessage],
    at: Timestamp,
    names: Mapping[str, str],
    *,
    title: str | None = None,
) -> Table:
    """What was written to crews, one row each, and one for each answer. `names`: of units, by their
    ids."""
    table = _table("message", "time", "who", "to", "text", "read", title=title)
    for one in messages:
        unit, from_ = names.get(one.unit, one.unit), one.district_name or one.district
        who = f"{one.actor}, {from_}" if from_ else one.actor
        _add(table, one.message, _short(one.at), who, unit, one.text, _delivery(one, at))
        for reply in one.replies:
            who = names.get(reply.actor, reply.actor)
            _add(table, "", _short(reply.at), who, "", f"↳ {reply.text}", "")
    return table


def _delivery(message: CrewMessage, at: Timestamp) -> str:
    """Whether its crew read it; of another district's crew, whether it has it at all."""
    if message.read_at is not None:
        return f"{_duration(seconds_between(message.read_at, at))} ago"
    if message.not_reached:
        return f"did not reach it: {message.not_reached.replace('_', ' ')}"
    is_away = message.order is not None and message.reached_at is None
    return "on its way" if is_away else "not yet"


def hand_over_table(hand_overs: Iterable[PublicMessage]) -> Table:
    """What was handed over between shifts, one row each."""
    table = _table("hand-over", "time", "of", "for", "cases", "text", "taken by")
    for one in hand_overs:
        at, cases = _short(timestamp_of(one.at)), str(len(one.incidents))
        _add(table, one.id, at, one.actor, one.person or "the desk", cases, one.text, one.taken_by)
    return table


def _short(at: Timestamp) -> str:
    return iso(at)[5:19].replace("T", " ")


def _responsible(one: Responsibility | None) -> str:
    if one is None:
        return ""
    whose = f"{one.decides} decides whose case it is" if one.decides else one.name.en
    return f"{whose}, returned {one.returns} times" if one.returns else whose


def _facts(incident: WholeIncident, at: Timestamp) -> Table:
    row, report, names = incident.entry, incident.entry.report, incident.names
    facts = Table.grid(padding=(0, 2))
    for name, value in (
        ("case", called(report)),
        ("in full", long_form(report.number, report.opened_at) if report.number else ""),
        ("kind", report.kind),
        ("stage", f"{report.stage}{'  escalated' if report.escalated else ''}"),
        (
            "turned out",
            _turned_out(report),
        ),
        ("unstable", "changes too often: nobody is sent by it" if report.unstable else ""),
        ("severity", f"{report.severity} / {report.urgency} / {report.certainty}"),
        ("owner", row.owner),
        ("place", _place(row)),
        ("seen by", f"{names.get(row.source, row.source)}, {report.events} events"),
        ("after", names.get(row.previous, FORGOTTEN) if row.previous else ""),
        ("waits for", row.waits_for or "nobody"),
        ("unseen", _unseen(row, names)),
        ("responsible", _responsible(row.responsible)),
        ("clocks", Text("  ").join(_clock(clock, at) for clock in row.clocks) or "none"),
        ("due", "  ".join(f"{name} {local}" for name, local in row.due_local.items())),
        ("extra", str(report.extra) if report.extra else ""),
        ("deferred", f"until {iso(row.deferred_until)}" if row.deferred_until else ""),
        *incident.handled_by,
        ("part of", names.get(row.parent, FORGOTTEN) if row.parent else ""),
        ("stands for", ", ".join(incident.children_numbers)),
        ("same as", names.get(row.merged_into, FORGOTTEN) if row.merged_into else ""),
        ("follows from", names.get(row.caused_by, FORGOTTEN) if row.caused_by else ""),
        ("led to", ", ".join(names.get(one, FORGOTTEN) for one in row.consequences)),
    ):
        if value:
            _add(facts, Text(name, style="dim"), value)
    return facts


def _unseen(row: QueueEntry, names: Mapping[str, str]) -> str:
    found = row.unwitnessed
    return unwitnessed_words(found, names.get(found.source, found.source)) if found else ""


def _place(row: QueueEntry) -> str:
    place, named = row.report.place, _place_name(row)
    degrees = f"{place.lat:.5f}, {place.lon:.5f}"
    return f"{named} ({degrees})" if named else degrees


def _place_name(row: QueueEntry) -> str:
    return row.place_name.en if row.place_name is not None else ""


def _times(line: HistoryEntry) -> str:
    """Of a line that stands for several: how many, and until when."""
    if line.last_at is None:
        return ""
    return f", {line.times} times until {_short(line.last_at)}"


def quarantine_table(messages: Sequence[QuarantinedMessage]) -> RenderableType:
    """The quarantined messages, one row each."""
    table = _table("time", "sender", "reason", "detail", "bytes")
    for message in messages:
        at, size = iso(message.at), str(message.size)
        _add(table, at, message.sender, message.reason, message.detail, size)
    return table


def rules_table(rules: Iterable[CountedRule]) -> RenderableType:
    """Rules by what became of their incidents, a row each."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("source", "rule", "kind"):
        table.add_column(name, overflow="fold", min_width=10)
    for name in ("right", "fixed", "gone", "false", "other"):
        table.add_column(name, no_wrap=True, justify="right", min_width=len(name))
    for rule in rules:
        right = "" if rule.precision is None else f"{rule.precision:.0%}"
        counts = (rule.fixed, rule.gone, rule.false_alarm, rule.other)
        _add(
            table,
            called_source(rule.source),
            rule.rule,
            rule.kind,
            right,
            *(str(one) for one in counts),
        )
    return table


def _turned_out(report: IncidentReport) -> str:
    return "" if report.disposition is Disposition.UNKNOWN else report.disposition.value


def _table(first: str, *others: str, title: str | None = None) -> Table:
    """The first column is what other commands take: it is never cut or folded."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, no_wrap=True, overflow="ignore")
    for name in others:
        table.add_column(name, overflow="fold")
    return table


def _add(table: Table, *cells: str | Text) -> None:
    """A row of texts as they are: names and words of people are no markup of a terminal."""
    table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in cells))


def _headline(snapshot: DistrictSnapshot, count: int, *, is_cut: bool) -> Text:
    links = "  ".join(_link(link) for link in snapshot.links)
    events = snapshot.counts.get("events", 0)
    duplicates = snapshot.counts.get("duplicates", 0)
    return Text(
        f"{snapshot.name}   {count}{'+' if is_cut else ''} open   {links}   "
        f"{events:.0f} events, {duplicates:.0f} duplicates",
        style="bold",
    )


def _link(link: LinkStatus) -> str:
    backlog = f" ({link.backlog} waiting)" if link.backlog else ""
    problem = f" ({link.problem})" if link.problem else ""
    return f"{link.name} {'up' if link.up else 'DOWN'}{problem}{backlog}"


def _queue(rows: Sequence[QueueEntry], snapshot: DistrictSnapshot) -> RenderableType:
    if not rows:
        return Text("nothing is open", style="dim")
    table = _table(
        "case", "kind", "place", "severity", "stage", "waits for", "units", "next clock", "age"
    )
    at, names = snapshot.at, {unit.unit: unit.name for unit in snapshot.units}
    for row in rows:
        report = row.report
        units = ", ".join(names.get(s.unit, s.unit) for s in report.slots if s.unit is not None)
        nearest = min(row.clocks, key=lambda clock: clock.due, default=None)
        _add(
            table,
            called(report),
            report.kind,
            _place_name(row),
            Text(report.severity, style=COLOURS[report.severity]),
            _stage(row),
            row.waits_for,
            units,
            _clock(nearest, at) if nearest is not None else "",
            _duration(seconds_between(report.opened_at, at)),
        )
    return table


def unit_table(
    units: Iterable[UnitReport], cases: Mapping[OrderId | None, str] = NO_CASES
) -> RenderableType:
    """Units by their names, which commands take, and why one gets no order; by their ids too where
    two have one name. `cases`: what people call the case of each order."""
    shown = list(units)
    times = Counter(unit.name for unit in shown)
    ids = ["id"] if any(count > 1 for count in times.values()) else []
    table = _table("unit", "can", "state", "at", *ids)
    for unit in shown:
        case = "" if unit.order is None else cases.get(unit.order, ELSEWHERE)
        apart = [unit.unit if times[unit.name] > 1 else ""] if ids else []
        can = ", ".join(unit.capabilities)
        _add(table, unit.name, can, shown_state(unit), case, *apart)
    return table


def _cases(rows: Iterable[QueueEntry]) -> Mapping[OrderId | None, str]:
    return {slot.order: called(row.report) for row in rows for slot in row.report.slots}


def _stage(row: QueueEntry) -> str:
    report = row.report
    flags = (
        " ↑" if report.escalated else "",
        " ~" if report.unstable else "",
        " unseen" if row.unwitnessed else "",
        " ↳" if row.caused_by else "",
    )
    return f"{report.stage}{''.join(flags)}"


def _clock(clock: Countdown, at: Timestamp) -> Text:
    left = seconds_between(at, clock.due)
    if left >= 0:
        return Text(f"{clock.name} {_duration(left)}{' (estimate)' if clock.is_estimated else ''}")
    return Text(f"{clock.name} overdue by {_duration(-left)}", style="red")


def _duration(seconds: float) -> str:
    whole = int(seconds)
    return (
        f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
        if whole >= 3600
        else f"{whole // 60}:{whole % 60:02d}"
    )
