"""The table of faults for readers: on a terminal in two languages, and as the Markdown that the simulator's page shows."""

from rich.table import Table

from citysim.demo.words import Words
from citysim.sim.faults.kinds import KINDS
from citysim.sim.runs.show.words import FAULTS_ZH

CHINESE = "zh"


def fault_rows(words: Words) -> list[tuple[str, str, str]]:
    """(kind, on what, what it proves), as the table of kinds has them."""
    return [
        (
            _kind(name, words),
            words(f"on.{kind.on}"),
            FAULTS_ZH[name][1] if _is_zh(words) else kind.proves,
        )
        for name, kind in KINDS.items()
    ]


def fault_table(words: Words) -> Table:
    table = Table(box=None, header_style="dim")
    for column in ("fault", "on", "proves"):
        table.add_column(words(column))
    for row in fault_rows(words):
        table.add_row(*row)
    return table


def as_markdown(words: Words) -> str:
    rows = [(f"`{kind}`", on, proves) for kind, on, proves in fault_rows(words)]
    head = [(words("fault"), words("on"), words("proves")), ("---", "---", "---")]
    return "\n".join(f"| {' | '.join(row)} |" for row in (*head, *rows)) + "\n"


def _kind(name: str, words: Words) -> str:
    """With its name: it is what traces and plans say."""
    return f"{name} {FAULTS_ZH[name][0]}" if _is_zh(words) else name


def _is_zh(words: Words) -> bool:
    return words.language == CHINESE
