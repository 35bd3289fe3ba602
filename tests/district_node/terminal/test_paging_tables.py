"""Who is called and who is on call, in a terminal."""

from rich.console import Console

from citybrain.api.client.paging import CalledAbout, OnCallRow
from citybrain.clock import Timestamp, later
from district_node.terminal.paging import called_table, on_call_table

NOW = Timestamp(1_796_000_000_000_000)
ROW = CalledAbout(
    incident="inc-riverside-5",
    kind="crowding",
    severity="Severe",
    policy="urgent",
    step=2,
    to=("Chen", "Li"),
    since=later(NOW, -130),
    acknowledged_by="",
    next_at=later(NOW, 200),
    calls=(("Chen", "mail", "sent"), ("Li", "sms", "failing"), ("Li", "mail", "sent")),
)


def shown(renderable):
    console = Console(width=160, no_color=True)
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


def test_a_call_says_whom_since_when_and_what_became_of_it():
    text = shown(called_table([ROW], NOW))
    for part in ("Chen, Li, 2 min ago", "not acknowledged", "1 failing, 2 sent", "in 3 min"):
        assert part in text
    assert "nobody is being called" in shown(called_table([], NOW))


def test_a_rota_says_who_is_on_call_until_when_and_where_it_has_a_gap():
    rows = [
        OnCallRow(rota="nights", names=("Chen",), gap=False, until=later(NOW, 3 * 3600)),
        OnCallRow(rota="days", names=("Wang",), gap=True, until=None),
    ]
    text = shown(on_call_table(rows, NOW))
    for part in ("nights", "Chen", "3 h", "gap: Wang stands in"):
        assert part in text
    assert "no rota" in shown(on_call_table([], NOW))
