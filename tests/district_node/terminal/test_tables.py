"""What the terminal shows of a desk and of an incident."""

from io import StringIO

from rich.console import Console

from citybrain.domain.console import DistrictSnapshot, LinkStatus
from citybrain.vocabulary import OperatorVerb
from district_node.cores import view
from district_node.shell.quarantine import Row
from district_node.terminal.tables import incident_view, quarantine_table, snapshot_table


def shown(what):
    console = Console(width=200, record=True, file=StringIO())
    console.print(what)
    return console.export_text()


def a_snapshot(story):
    at = story.clock.now()
    rows = [
        view.queue_row(incident, "riverside", at) for incident in story.state.incidents.values()
    ]
    links = (LinkStatus(name="city", up=False, since=at, backlog=12),)
    return DistrictSnapshot(
        district="riverside",
        name="Riverside 滨江",
        centre=story.state.setup.centre,
        at=at,
        rows=view.in_order(rows),
        units=view.unit_rows(story.state),
        agents=(),
        links=links,
        counts=view.tally_counts(story.state.intake.tally),
    )


def test_the_queue_names_incidents_clocks_crews_and_links(story):
    story.start(story.a_unit("riverside-1"))
    story.say()
    text = shown(snapshot_table(a_snapshot(story)))
    for part in (
        story.incident().incident,
        "crowding",
        "Moderate",
        "dispatched",
        "riverside-1",
        "arrive 10:00",
        "city AWAY (12 waiting)",
        "committed",
    ):
        assert part in text, part


def test_a_clock_that_has_run_out_says_by_how_much(story):
    story.start(story.a_unit("riverside-1"))
    story.say()
    story.wait(665)
    assert "arrive over by 1:05" in shown(snapshot_table(a_snapshot(story)))


def test_what_is_over_is_shown_on_request(story):
    story.start()
    story.say()
    story.act(OperatorVerb.CLOSE, reason="gone")
    assert "nothing is open" in shown(snapshot_table(a_snapshot(story)))
    assert "closed" in shown(snapshot_table(a_snapshot(story), over=True))


def test_an_incident_shows_its_needs_and_its_whole_history(story):
    story.start()
    story.say()
    story.act(OperatorVerb.CLOSE, reason="sent home")
    snapshot = a_snapshot(story)
    text = shown(incident_view(snapshot.rows[0], snapshot.at))
    for part in (
        "patrol",
        "cancelled",
        "Li Na",
        "sent home",
        "no_own_unit",
        "box-1/cam-1 rule crowd",
    ):
        assert part in text, part


def test_the_quarantine_is_a_table():
    assert "forged" in shown(
        quarantine_table(
            [Row(at=0, sender="box-1", reason="forged", detail="d", size=3, head="00")]
        )
    )
