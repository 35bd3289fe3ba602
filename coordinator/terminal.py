"""The city's desk as tables for a terminal. Draws only."""

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from citybrain.clock import seconds_between
from citybrain.domain.console import CitySnapshot
from citybrain.domain.plan import Plan

DRIVES_SHOWN = 20


def city_picture(snapshot: CitySnapshot) -> Group:
    """Everything at once, what needs a decision on top."""
    return Group(
        _planner_line(snapshot),
        plans_table(snapshot),
        drives_table(snapshot),
        districts_table(snapshot),
    )


def districts_table(snapshot: CitySnapshot) -> Table:
    table = _table("Districts", "district", "name", "state", "seen", "incidents", "units free")
    for d in snapshot.districts:
        state = Text("away", style="bold red") if d.away else Text("here", style="green")
        table.add_row(
            d.district,
            d.name,
            state,
            f"{d.age_s:.0f} s ago" if d.away else "now",
            str(d.incidents),
            f"{d.units_free} of {d.units}",
        )
    return table


def plans_table(snapshot: CitySnapshot) -> Table:
    table = _table("Plans", "plan", "stage", "orders", "unassigned", "cost", "gap", "age")
    for plan in snapshot.plans:
        style = "bold yellow" if plan.stage == "proposed" else ""
        table.add_row(
            plan.plan,
            plan.stage,
            str(len(plan.orders)),
            str(len(plan.unassigned)),
            f"{plan.cost:.0f}",
            _gap(plan),
            f"{seconds_between(plan.made_at, snapshot.at):.0f} s",
            style=style,
        )
    return table


def drives_table(snapshot: CitySnapshot) -> Table:
    table = _table("Orders", "order", "unit", "to incident", "drive", "crew", "since", "reason")
    for d in snapshot.drives[:DRIVES_SHOWN]:
        since = f"{seconds_between(d.since, snapshot.at):.0f} s"
        table.add_row(d.order, d.unit, d.incident, d.drive, d.stage, since, d.reason)
    return table


def plan_picture(plan: Plan, snapshot: CitySnapshot) -> Group:
    """One plan: its orders with reasons, and what stays empty."""
    orders = _table("Orders", "unit", "to incident", "travel", "cost", "cover", "next best", "at")
    for o in plan.orders:
        r = o.reason
        orders.add_row(
            o.unit,
            o.task.incident,
            f"{r.travel_s:.0f} s",
            f"{r.cost:.1f}",
            f"{r.coverage_price:.1f}",
            r.next_best or "none",
            f"{r.next_best_cost:.1f}" if r.next_best_cost is not None else "",
        )
    unassigned = _table("Left empty", "incident", "slot", "capability", "why empty")
    for u in plan.unassigned:
        unassigned.add_row(u.incident, u.slot, u.capability, u.reason)
    head = f"{plan.plan}: {plan.stage}, made {seconds_between(plan.made_at, snapshot.at):.0f} s ago by {plan.solver} ({plan.planner}, {plan.solve_ms:.0f} ms)"
    cost = f"costs {plan.cost:.1f} weighted seconds; no plan can cost less than {plan.bound:.1f} (gap {_gap(plan)})"
    return Group(head, cost, orders, *((unassigned,) if plan.unassigned else ()))


def _table(title: str, first: str, *others: str) -> Table:
    """The first column is an id that other commands want whole: it is never cut, whatever else is folded."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, no_wrap=True, overflow="ignore")
    for name in others:
        table.add_column(name, overflow="fold")
    return table


def _gap(plan: Plan) -> str:
    return f"{100 * (plan.cost - plan.bound) / plan.cost:.2f} %" if plan.cost > 0 else "0.00 %"


def _planner_line(snapshot: CitySnapshot) -> Text:
    line = Text(f"planning by {snapshot.planner}", style="bold")
    if snapshot.planner_because:
        line.append(f" ({snapshot.planner_because})", style="yellow")
    return line
