"""The city as its public API gives it, as tables for a terminal. Reads messages by their fields."""

from collections.abc import Iterable

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from citybrain.api.lists.port import PublicMessage
from citybrain.api.resources.elements import timestamp_of
from citybrain.clock import Timestamp, seconds_between

Rows = Iterable[PublicMessage]


def city_overview(
    city: PublicMessage,
    *,
    needs: Rows,
    plans: Rows,
    orders: Rows,
    districts: Rows,
    at: Timestamp,
) -> Group:
    """Everything, who waits and what needs a decision on top."""
    return Group(
        _planner_line(city),
        needs_table(needs, at),
        plans_table(plans, at),
        orders_table(orders, at),
        districts_table(districts, at),
    )


def districts_table(districts: Rows, at: Timestamp) -> Table:
    """The districts: connection, age of what is known, incidents, free units, cameras and boxes.
    What an offline one said last is dim."""
    columns = ("state", "seen", "incidents", "units free", "cameras", "boxes")
    table = _table("Districts", "district", *columns)
    for d in districts:
        state = Text("online", style="green") if d.online else Text("offline", style="bold red")
        _add(
            table,
            d.name,
            state,
            "now" if d.online else f"{_age_s(d.seen_at, at):.0f} s ago",
            str(d.incidents),
            f"{d.units_free} of {d.units}",
            *_sources(d),
            style="" if d.online else "dim",
        )
    return table


def _sources(district: PublicMessage) -> tuple[Text, Text]:
    """Its cameras and its boxes, with what is wrong with them."""
    if not district.HasField("sources"):
        return Text("not reported", style="dim"), Text("")
    s = district.sources
    dark = ((s.cameras_blind, "blind"), (s.cameras_degraded, "degraded"))
    cameras = _counted(s.cameras, (*dark, (s.cameras_unknown, "unknown")))
    return cameras, _counted(s.agents, ((s.agents_offline, "offline"),))


def _counted(total: int, wrong: Iterable[tuple[int, str]]) -> Text:
    said = ", ".join(f"{count} {what}" for count, what in wrong if count)
    return Text(f"{total}: {said}", style="bold red") if said else Text(str(total))


def plans_table(plans: Rows, at: Timestamp) -> Table:
    """The newest plans: stage, orders, cost, bound, planner."""
    table = _table("Plans", "plan", "stage", "orders", "unassigned", "cost", "gap", "age")
    for plan in plans:
        style = "bold yellow" if plan.stage == "proposed" else ""
        _add(
            table,
            plan.id,
            plan.stage,
            str(plan.orders),
            str(plan.unassigned),
            f"{plan.cost:.0f}",
            _gap(plan),
            f"{_age_s(plan.made_at, at):.0f} s",
            style=style,
        )
    return table


def orders_table(orders: Rows, at: Timestamp) -> Table:
    """Orders, how far each is."""
    columns = ("to case", "place", "city", "crew", "since", "reason")
    table = _table("Orders", "unit", *columns)
    for d in orders:
        since = f"{_age_s(d.changed_at, at):.0f} s"
        unit, case = d.unit_name or d.unit, d.number or d.incident
        _add(table, unit, case, d.place_en, d.stage, d.crew_stage, since, d.reason)
    return table


def needs_table(needs: Rows, at: Timestamp) -> Table:
    """The places that nobody is sent to, how late, and why."""
    table = _table("Needs", "case", "kind", "severity", "place", "district", "needs", "late", "why")
    for need in needs:
        late_s = seconds_between(timestamp_of(need.deadline), at)
        _add(
            table,
            need.number or need.incident,
            need.kind,
            need.severity,
            need.place_en,
            need.incident_district,
            need.capability,
            f"{late_s:.0f} s" if late_s > 0 else "",
            need.reason,
            style="bold red" if need.requested or late_s > 0 else "",
        )
    return table


def plan_details(detail: PublicMessage, at: Timestamp) -> Group:
    """One plan: its orders with their rationale, and what stays empty."""
    plan = detail.plan
    columns = ("to case", "place", "travel", "cost", "cover", "next best", "at")
    orders = _table("Orders", "unit", *columns)
    for o in detail.orders:
        has_next = o.HasField("next_best_unit")
        _add(
            orders,
            o.unit_name or o.unit,
            o.number or o.incident,
            o.place_en,
            f"{o.travel_s:.0f} s",
            f"{o.cost:.1f}",
            f"{o.coverage_price:.1f}",
            (o.next_best_name or o.next_best_unit) if has_next else "none",
            f"{o.next_best_cost:.1f}" if has_next else "",
        )
    unassigned = _table("Left empty", "case", "place", "capability", "why empty")
    for u in detail.unassigned:
        _add(unassigned, u.number or u.incident, u.place_en, u.capability, u.reason)
    head = (
        f"{plan.id}: {plan.stage}, made {_age_s(plan.made_at, at):.0f} s ago by {plan.solver} "
        f"({plan.planner}, {plan.solve_ms:.0f} ms)"
    )
    cost = (
        f"costs {plan.cost:.1f} weighted seconds; no plan can cost less than {plan.bound:.1f} "
        f"(gap {_gap(plan)})"
    )
    return Group(head, cost, orders, *((unassigned,) if detail.unassigned else ()))


def _table(title: str, first: str, *others: str) -> Table:
    """The first column is what other commands take, or a name: never cut, whatever is folded."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, no_wrap=True, overflow="ignore")
    for name in others:
        table.add_column(name, overflow="fold")
    return table


def _age_s(since: PublicMessage, at: Timestamp) -> float:
    return max(0.0, seconds_between(timestamp_of(since), at))


def _add(table: Table, *cells: str | Text, style: str = "") -> None:
    """A row of texts as they are: names and words of people are no markup of a terminal."""
    table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in cells), style=style)


def _gap(plan: PublicMessage) -> str:
    return f"{100 * (plan.cost - plan.bound) / plan.cost:.2f} %" if plan.cost > 0 else "0.00 %"


def _planner_line(city: PublicMessage) -> Text:
    line = Text(f"planning by {city.planner}", style="bold")
    if city.planner_reason:
        line.append(f" ({city.planner_reason})", style="yellow")
    return line
