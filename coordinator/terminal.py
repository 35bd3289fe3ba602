"""The city's snapshot as tables for a terminal."""

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from citybrain.clock import seconds_between
from citybrain.domain.console import CitySnapshot
from citybrain.domain.plan import Plan

ORDERS_SHOWN = 20


def city_overview(snapshot: CitySnapshot) -> Group:
    """Everything, what needs a decision on top."""
    return Group(
        _planner_line(snapshot),
        plans_table(snapshot),
        orders_table(snapshot),
        districts_table(snapshot),
    )


def districts_table(snapshot: CitySnapshot) -> Table:
    """The districts: connection, age of what is known, incidents, free units."""
    table = _table("Districts", "district", "name", "state", "seen", "incidents", "units free")
    for d in snapshot.districts:
        state = Text("offline", style="bold red") if d.offline else Text("online", style="green")
        table.add_row(
            d.district,
            d.name,
            state,
            f"{d.age_s:.0f} s ago" if d.offline else "now",
            str(d.incidents),
            f"{d.units_free} of {d.units}",
        )
    return table


def plans_table(snapshot: CitySnapshot) -> Table:
    """The newest plans: stage, orders, cost, bound, planner."""
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


def orders_table(snapshot: CitySnapshot) -> Table:
    """The newest orders, how far each is."""
    table = _table("Orders", "order", "unit", "to incident", "city", "crew", "since", "reason")
    for d in snapshot.orders[:ORDERS_SHOWN]:
        since = f"{seconds_between(d.since, snapshot.at):.0f} s"
        table.add_row(d.order, d.unit, d.incident, d.saga_stage, d.crew_stage, since, d.reason)
    return table


def plan_details(plan: Plan, snapshot: CitySnapshot) -> Group:
    """One plan: its orders with their rationale, and what stays empty."""
    orders = _table("Orders", "unit", "to incident", "travel", "cost", "cover", "next best", "at")
    for o in plan.orders:
        r = o.rationale
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
    age_s = seconds_between(plan.made_at, snapshot.at)
    head = (
        f"{plan.plan}: {plan.stage}, made {age_s:.0f} s ago by {plan.solver} "
        f"({plan.planner}, {plan.solve_ms:.0f} ms)"
    )
    cost = (
        f"costs {plan.cost:.1f} weighted seconds; no plan can cost less than {plan.bound:.1f} "
        f"(gap {_gap(plan)})"
    )
    return Group(head, cost, orders, *((unassigned,) if plan.unassigned else ()))


def _table(title: str, first: str, *others: str) -> Table:
    """The first column is an id that other commands take: it is never cut, whatever is folded."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, no_wrap=True, overflow="ignore")
    for name in others:
        table.add_column(name, overflow="fold")
    return table


def _gap(plan: Plan) -> str:
    return f"{100 * (plan.cost - plan.bound) / plan.cost:.2f} %" if plan.cost > 0 else "0.00 %"


def _planner_line(snapshot: CitySnapshot) -> Text:
    line = Text(f"planning by {snapshot.planner}", style="bold")
    if snapshot.planner_reason:
        line.append(f" ({snapshot.planner_reason})", style="yellow")
    return line
