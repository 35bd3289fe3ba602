"""The table of fault kinds: on a terminal in two languages, and as Markdown for the README."""

from rich.table import Table

from citysim.demo.messages import Translator
from citysim.sim.faults.table import KINDS
from citysim.sim.runs.report.messages import FAULTS_ZH

CHINESE = "zh"
COLUMNS = ("fault", "on", "proves")


def fault_rows(translate: Translator) -> list[tuple[str, str, str]]:
    """(kind, what it is injected into, what it proves), in the order of the table of kinds."""
    return [
        (
            _kind(name, translate),
            translate(f"target.{kind.target_type}"),
            FAULTS_ZH[name][1] if _is_zh(translate) else kind.proves,
        )
        for name, kind in KINDS.items()
    ]


def fault_table(translate: Translator) -> Table:
    table = Table(box=None, header_style="dim")
    for column in COLUMNS:
        table.add_column(translate(column))
    for row in fault_rows(translate):
        table.add_row(*row)
    return table


def as_markdown(translate: Translator) -> str:
    rows = [(f"`{kind}`", on, proves) for kind, on, proves in fault_rows(translate)]
    head = [tuple(translate(column) for column in COLUMNS), ("---", "---", "---")]
    return "\n".join(f"| {' | '.join(row)} |" for row in (*head, *rows)) + "\n"


def _kind(name: str, translate: Translator) -> str:
    """Always with its key, which traces and schedules show."""
    return f"{name} {FAULTS_ZH[name][0]}" if _is_zh(translate) else name


def _is_zh(translate: Translator) -> bool:
    return translate.language == CHINESE
