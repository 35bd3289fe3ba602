"""How a fetch is shown: a bar on a terminal, lines in a log."""

import io

from rich.console import Console

from models.progress import SilentProgress, TerminalProgress


def shown(*, terminal):
    text = io.StringIO()
    with TerminalProgress(
        Console(file=text, force_terminal=terminal, width=120, color_system=None)
    ) as progress:
        progress.started("thing from somewhere", 2_000_000)
        progress.advanced(1_000_000)
        progress.failed("somewhere", "it answered 404.")
        progress.started("thing from elsewhere", 0)
        progress.finished("thing: 2.0 MB")
    return text.getvalue()


def test_a_log_gets_a_line_per_step():
    assert shown(terminal=False).splitlines() == [
        "fetching thing from somewhere (2.0 MB)",
        "– somewhere: it answered 404.",
        "fetching thing from elsewhere",
        "✓ thing: 2.0 MB",
    ]


def test_a_terminal_gets_a_bar_with_bytes():
    text = shown(terminal=True)
    assert "thing from somewhere" in text
    assert "MB" in text
    assert "✓ thing: 2.0 MB" in text


def test_quiet_says_nothing(capsys):
    quiet = SilentProgress()
    quiet.started("x", 1)
    quiet.advanced(1)
    quiet.failed("x", "y")
    quiet.finished("x")
    assert capsys.readouterr() == ("", "")
