"""Lines on a terminal that a user may copy: no markup, no wrapping."""

from rich.console import Console


def print_plain(console: Console, text: str, *, style: str | None = None) -> None:
    console.print(text, style=style, highlight=False, markup=False, soft_wrap=True)
