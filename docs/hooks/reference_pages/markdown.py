"""Tables of Markdown, and the docstrings below the fields of a class."""

import ast
import inspect
import textwrap
from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; what would break a cell is escaped."""
    lines = [_row(heads), "|" + "---|" * len(heads)]
    return "\n".join([*lines, *(_row(row) for row in rows)]) + "\n"


def paragraph(docstring: str | None) -> str:
    """A docstring as running text."""
    return inspect.cleandoc(docstring or "").strip()


def field_docstrings(owner: type) -> dict[str, str]:
    """The docstring below each field of a class, by the field's name."""
    (found,) = ast.parse(textwrap.dedent(inspect.getsource(owner))).body
    if not isinstance(found, ast.ClassDef):
        raise TypeError(f"{owner} is no class")
    meanings = {}
    for field, after in zip(found.body, found.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            match after:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    meanings[field.target.id] = paragraph(text)
    return meanings


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
