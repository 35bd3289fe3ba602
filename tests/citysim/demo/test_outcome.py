"""The figures of the summary, from handcrafted histories."""

import io
import json
import math
from dataclasses import replace
from types import SimpleNamespace

import citysim_story as s
import pytest
from rich.console import Console

from citybrain.decider.command import Notice, Reply
from citybrain.domain.console import HistoryLine
from citybrain.vocabulary import OrderStage, Phase
from citysim.demo.outcome.account import WHOLE_WAY, Account, account
from citysim.demo.outcome.frames import Tally
from citysim.demo.outcome.latency import hops, percentile, trace_of
from citysim.demo.outcome.verdict import ALWAYS_JUDGED, Outcome, missing
from citysim.demo.screen.summary import as_json, show
from citysim.demo.words import LANGUAGES, WORDS, Words
from citysim.laws.report import LawReport
from citysim.laws.table import LAWS
from district_node.inputs import CrewAnswered

TRACE = f"00-{'1' * 32}-{'2' * 16}-01"


def incident(name: str, *stages: str, opened: float = 0.0, stage: str = "closed"):
    history = tuple(HistoryLine(at=s.at(opened), what=what, who="a") for what in stages)
    return SimpleNamespace(incident=name, stage=stage, history=history, traceparent=TRACE)


def state(*incidents, orders=()):
    return SimpleNamespace(
        incidents={i.incident: i for i in incidents},
        roster=SimpleNamespace(
            orders={n: SimpleNamespace(stage=stage) for n, stage in enumerate(orders)}
        ),
    )


def test_percentiles_are_by_nearest_rank():
    values = list(range(1, 101))
    assert (percentile(values, 0.5), percentile(values, 0.95), percentile([7.0], 0.95)) == (
        50,
        95,
        7.0,
    )
    assert math.isnan(percentile([], 0.5))


def test_a_trace_is_the_second_field():
    assert trace_of(TRACE) == "1" * 32 and trace_of("") == ""


def one_alarm(*, foreign: bool):
    alarm = s.step(
        s.says(1, event=s.event(second=1.0)),
        second=1.05,
        commands=(() if foreign else (Notice(what="issued", subject="o-1", detail=TRACE),)),
    )
    accept = s.step(
        CrewAnswered(answer=s.accepts("o-1")),
        second=3.0,
        commands=(Reply(request="q-o-1", done=True),),
    )
    update = s.step(s.says(2, event=s.event(second=2.0, phase=Phase.UPDATE)), second=2.5)
    owner = s.node(
        "a",
        alarm,
        update,
        *(() if foreign else (accept,)),
        state=state(incident("i-1", "opened", opened=1.05)),
    )
    helper = s.node(
        "b",
        *(
            (
                s.step(second=5.0, commands=(Notice(what="issued", subject="o-1", detail=TRACE),)),
                accept,
            )
            if foreign
            else ()
        ),
        state=state(),
    )
    return {hop.name: hop for hop in hops(s.history(owner, helper))}


def test_every_hop_of_a_crew_of_the_districts_own():
    told = one_alarm(foreign=False)
    assert (told["frame_to_journal"].count, told["frame_to_journal"].p95_ms) == (
        1,
        pytest.approx(50),
    ), "updates are no alarms"
    assert told["journal_to_incident"].p50_ms == told["incident_to_order"].p50_ms == 0.0
    assert told["camera_to_order"].p95_ms == pytest.approx(50)
    assert told["order_to_accepted"].p50_ms == pytest.approx(1950)
    assert told["camera_to_order_city"].count == 0


def test_an_order_of_the_city_is_counted_apart():
    told = one_alarm(foreign=True)
    assert told["camera_to_order"].count == 0
    assert told["camera_to_order_city"].p95_ms == pytest.approx(4000)


def test_an_item_that_came_twice_is_one_event():
    told = account(s.history(s.node("a", s.step(s.says(1)), s.step(s.says(1)), state=state())))
    assert told.events == {"crowding": 1}


def test_the_whole_way_is_every_stage_in_order_whatever_lies_between():
    whole = incident("i-1", *WHOLE_WAY[:3], "accepted", "en_route", *WHOLE_WAY[3:])
    short = incident("i-2", *[stage for stage in WHOLE_WAY if stage != "verified"])
    mixed = incident("i-3", *reversed(WHOLE_WAY))
    told = account(
        s.history(
            s.node(
                "a",
                state=state(
                    whole,
                    short,
                    mixed,
                    orders=(OrderStage.DONE, OrderStage.REFUSED, OrderStage.DONE),
                ),
            )
        )
    )
    assert told.whole_way == ("i-1",)
    assert told.incidents == {"closed": 3} and told.orders == {"done": 2, "refused": 1}


def test_help_across_districts_is_an_order_that_another_district_finished():
    finished = s.node("b", s.step(None, s.progress(OrderStage.DONE)), state=state())
    under_way = s.node("b", s.step(None, s.progress(OrderStage.EN_ROUTE)), state=state())
    assert account(s.history(finished)).cross_district_done == ("i-1",)
    assert account(s.history(under_way)).cross_district_done == ()


GOOD = Account(cross_district_done=("i-1",), whole_way=("i-1",))
FRAMES = {"cam": Tally(captured=10, used=10)}
KEPT = tuple(LawReport(law=law, checked=1) for law in ALWAYS_JUDGED)


def test_nothing_is_missing_when_all_was_seen():
    assert missing(GOOD, FRAMES, KEPT) == ()


@pytest.mark.parametrize(
    ("account_", "frames", "laws", "says"),
    [
        (Account(), FRAMES, KEPT, "no help across districts"),
        (
            Account(
                cross_district_done=("i-2",),
                whole_way=("i-1",),
                furthest={"i-2": ("reported", "opened")},
            ),
            FRAMES,
            KEPT,
            "reported → opened",
        ),
        (GOOD, {}, KEPT, "no camera delivered a frame"),
        (GOOD, {"cam": Tally(captured=10, used=5)}, KEPT, "4 frame(s) are not accounted for"),
        (GOOD, FRAMES, (*KEPT, LawReport(law="x", checked=2, broken=("it broke",))), "it broke"),
        (
            GOOD,
            FRAMES,
            tuple(LawReport(law=law, checked=0) for law in ALWAYS_JUDGED),
            "had nothing to judge",
        ),
    ],
)
def test_what_is_missing_is_said(account_, frames, laws, says):
    lacks = missing(account_, frames, laws)
    assert lacks and says in " ".join(lacks)


def outcome(lacks: tuple[str, ...] = ()) -> Outcome:
    return Outcome(
        seconds=60.0,
        account=GOOD,
        frames=FRAMES,
        hops=hops(s.history()),
        laws=KEPT,
        deaths={"city": 1},
        simulated={"officer issued": 1},
        missing=lacks,
    )


def test_the_exit_code_follows_what_is_missing():
    assert (outcome().exit_code, outcome(("x",)).exit_code) == (0, 1)


def test_machines_read_the_same_summary():
    told = json.loads(as_json(outcome()))
    assert (
        told["exit_code"] == 0
        and told["frames"]["cam"]["unaccounted"] == 0
        and told["whole_way"] == ["i-1"]
    )
    assert told["latency_ms"]["camera_to_order"] == {"count": 0, "p50": None, "p95": None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_read_it_in_their_language(language):
    console = Console(record=True, width=120, file=io.StringIO())
    show(outcome(("something [red]odd[/red]",)), Words(language), console)
    text = console.export_text()
    assert Words(language)("verdict_bad") in text and "something [red]odd[/red]" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_laws_are_shown_with_what_was_checked_broken_and_not_judged(language):
    words, console = Words(language), Console(record=True, width=120, file=io.StringIO())
    laws = (
        LawReport(law="same_state", checked=31, unjudged=27),
        LawReport(law="agreement", checked=0),
        LawReport(law="no_frames", checked=3, broken=("x",)),
    )
    show(replace(outcome(), laws=(*laws, LawReport(law="truly_kept", checked=0))), words, console)
    lines = console.export_text().splitlines()
    row = {
        law: next((line.split() for line in lines if line.strip().startswith(words(law))), [])
        for law in ("same_state", "agreement", "no_frames", "truly_kept")
    }
    assert row["same_state"][-3:] == ["31", "27", words("kept")]
    assert row["agreement"][-1] == words("nothing_yet").split()[-1] and row["no_frames"][-1] == "1"
    assert not row["truly_kept"], "nobody notes the truth of real processes"


def test_every_law_has_its_words():
    assert not [law for law in LAWS if law not in WORDS]


def test_machines_read_what_was_not_judged_too():
    told = json.loads(
        as_json(replace(outcome(), laws=(LawReport(law="same_state", checked=1, unjudged=2),)))
    )
    assert told["laws"] == {"same_state": {"checked": 1, "unjudged": 2, "broken": []}}


def test_every_word_is_there_in_both_languages():
    assert all(en and zh for en, zh in WORDS.values())
    assert any("\u4e00" <= c <= "\u9fff" for _, zh in WORDS.values() for c in zh)
    assert Words("en")("no such word") == "no such word"
