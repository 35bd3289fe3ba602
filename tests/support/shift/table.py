"""The shift in the terminal: a line for every case, what was seen, numbers, laws. Computes nothing
else.
"""

from collections import Counter
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from citysim.demo.screen.table import laws_of_processes
from shift.ledger import share
from shift.play import Played


def show(played: Played, console: Console) -> None:
    console.print(_cases(played))
    console.print(_seen(played))
    console.print(_laws(played))
    for line in numbers(played):
        console.print(line, highlight=False, soft_wrap=True)
    for text in played.failures:
        console.print(f"  - {text}", highlight=False, markup=False, soft_wrap=True)


def numbers(played: Played) -> Iterator[str]:
    """The shift in numbers, a line each."""
    cases = played.ledger.cases
    yield f"took {played.seconds:.0f} s; {sum(not one.fault for one in cases)} of {len(cases)} held"
    waits = played.ledger.latencies_ms()
    if waits:
        half, most = share(waits, 0.5), share(waits, 0.99)
        yield (
            f"from a reading to its row at the desk, {len(waits)} cases:"
            f" p50 {half:.0f} ms, p99 {most:.0f} ms, at most {waits[-1]:.0f} ms"
        )
    answers = Counter(answer for _, _, answer in played.ledger.answers)
    yield f"answers of crews: {', '.join(f'{name} {n}' for name, n in answers.most_common())}"
    yield f"presses that a moving list took: {played.mispressed}"
    yield f"taps of crews whose button had just gone: {played.in_vain}"
    yield f"refusals seen: {len(played.refusals)}"
    yield from (f"  {text}" for text in played.refusals)
    yield f"records: {', '.join(f'{name} {n:,}' for name, n in sorted(played.records.items()))}"


def _cases(played: Played) -> Table:
    table = _table("case", "kind", "what", "how it ended", "ms", "held")
    for one in played.ledger.cases:
        how = " · ".join(filter(None, (one.stage, one.disposition, one.fault)))
        wait = one.latency_ms
        shown = f"{wait:.0f}" if wait is not None else ""
        table.add_row(one.number, one.kind, one.what, how, shown, _held(not one.fault))
    return table


def _seen(played: Played) -> Table:
    table = _table("seen on screens", "how", "held")
    for what in played.ledger.wanted:
        seen = played.ledger.seen
        table.add_row(what, seen.get(what, ""), _held(what in seen))
    return table


def _laws(played: Played) -> Table:
    table = _table("law", "checked", "held")
    for law in laws_of_processes(played.laws):
        table.add_row(law.law, f"{law.checked:,}", _held(law.holds))
    return table


def _held(is_held: bool) -> str:
    return "held" if is_held else "BROKEN"


def _table(*names: str) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", title_justify="left")
    for name in names:
        table.add_column(name, overflow="fold")
    return table
