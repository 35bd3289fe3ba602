"""The numbers of the summary, from handcrafted histories."""

import io
import json
import math
from types import SimpleNamespace

import law_histories as h
import law_values as v
import pytest
from principals import CREW
from rich.console import Console

from citybrain.decider.command import Notice, Reply
from citybrain.domain.console import HistoryEntry
from citybrain.structs import replace
from citybrain.vocabulary import OrderStage, Phase
from citysim.demo.messages import LANGUAGES, MESSAGES, Translator
from citysim.demo.outcome.frame_counts import FrameCounts
from citysim.demo.outcome.latency import hop_latencies, percentile, trace_of
from citysim.demo.outcome.run_statistics import FULL_LIFECYCLE, RunStatistics, run_statistics
from citysim.demo.outcome.verdict import ALWAYS_CHECKED, DemoOutcome, missing
from citysim.demo.screen.summary import as_json, show_summary
from citysim.laws.report import LawReport
from citysim.laws.table import LAWS
from district_node.inputs import CrewAnswered

TRACE = f"00-{'1' * 32}-{'2' * 16}-01"


def incident(name: str, *stages: str, opened: float = 0.0, stage: str = "closed"):
    history = tuple(HistoryEntry(at=v.at(opened), code=what, actor="a") for what in stages)
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
    alarm = h.record(
        h.batch(1, content=v.event(second=1.0)),
        second=1.05,
        commands=(() if foreign else (Notice(code="issued", subject="o-1", detail=TRACE),)),
    )
    accept = h.record(
        CrewAnswered(answer=v.crew_answer("o-1"), principal=CREW),
        second=3.0,
        commands=(Reply(request="q-o-1", done=True),),
    )
    update = h.record(h.batch(2, content=v.event(second=2.0, phase=Phase.UPDATE)), second=2.5)
    owner = h.node(
        "a",
        alarm,
        update,
        *(() if foreign else (accept,)),
        state=state(incident("i-1", "opened", opened=1.05)),
    )
    helper = h.node(
        "b",
        *(
            (
                h.record(
                    second=5.0, commands=(Notice(code="issued", subject="o-1", detail=TRACE),)
                ),
                accept,
            )
            if foreign
            else ()
        ),
        state=state(),
    )
    return {hop.name: hop for hop in hop_latencies(h.history(owner, helper))}


def test_every_hop_of_a_crew_of_the_districts_own():
    hops = one_alarm(foreign=False)
    assert (hops["frame_to_journal"].count, hops["frame_to_journal"].p95_ms) == (
        1,
        pytest.approx(50),
    ), "updates are no alarms"
    assert hops["journal_to_incident"].p50_ms == hops["incident_to_order"].p50_ms == 0.0
    assert hops["camera_to_order"].p95_ms == pytest.approx(50)
    assert hops["order_to_accepted"].p50_ms == pytest.approx(1950)
    assert hops["camera_to_order_city"].count == 0


def test_an_order_of_the_city_is_counted_apart():
    hops = one_alarm(foreign=True)
    assert hops["camera_to_order"].count == 0
    assert hops["camera_to_order_city"].p95_ms == pytest.approx(4000)


def test_an_item_that_came_twice_is_one_event():
    statistics = run_statistics(
        h.history(h.node("a", h.record(h.batch(1)), h.record(h.batch(1)), state=state()))
    )
    assert statistics.events == {"crowding": 1}


def test_a_full_lifecycle_is_every_stage_in_order_whatever_lies_between():
    whole = incident("i-1", *FULL_LIFECYCLE[:3], "accepted", "en_route", *FULL_LIFECYCLE[3:])
    short = incident("i-2", *[stage for stage in FULL_LIFECYCLE if stage != "verified"])
    mixed = incident("i-3", *reversed(FULL_LIFECYCLE))
    statistics = run_statistics(
        h.history(
            h.node(
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
    assert statistics.full_lifecycle == ("i-1",)
    assert statistics.incidents == {"closed": 3} and statistics.orders == {"done": 2, "refused": 1}


def test_help_across_districts_is_an_order_that_another_district_finished():
    finished = h.node("b", h.record(None, v.progress(OrderStage.DONE)), state=state())
    under_way = h.node("b", h.record(None, v.progress(OrderStage.EN_ROUTE)), state=state())
    assert run_statistics(h.history(finished)).cross_district_completed == ("i-1",)
    assert run_statistics(h.history(under_way)).cross_district_completed == ()


GOOD = RunStatistics(cross_district_completed=("i-1",), full_lifecycle=("i-1",))
FRAMES = {"cam": FrameCounts(captured=10, used=10)}
HOLDING = tuple(LawReport(law=law, checked=1) for law in ALWAYS_CHECKED)


def test_nothing_is_missing_when_all_was_seen():
    assert missing(GOOD, FRAMES, HOLDING) == ()


@pytest.mark.parametrize(
    ("statistics", "frames", "laws", "sentence"),
    [
        (RunStatistics(), FRAMES, HOLDING, "no help across districts"),
        (
            RunStatistics(
                cross_district_completed=("i-2",),
                full_lifecycle=("i-1",),
                stages_by_incident={"i-2": ("reported", "opened")},
            ),
            FRAMES,
            HOLDING,
            "reported → opened",
        ),
        (GOOD, {}, HOLDING, "no camera delivered a frame"),
        (
            GOOD,
            {"cam": FrameCounts(captured=10, used=5)},
            HOLDING,
            "4 frame(s) are not accounted for",
        ),
        (
            GOOD,
            FRAMES,
            (*HOLDING, LawReport(law="x", checked=2, violations=("it broke",))),
            "it broke",
        ),
        (
            GOOD,
            FRAMES,
            tuple(LawReport(law=law, checked=0) for law in ALWAYS_CHECKED),
            "had nothing to check",
        ),
    ],
)
def test_what_is_missing_is_reported(statistics, frames, laws, sentence):
    sentences = missing(statistics, frames, laws)
    assert sentences and sentence in " ".join(sentences)


def outcome(missing_: tuple[str, ...] = ()) -> DemoOutcome:
    return DemoOutcome(
        seconds=60.0,
        statistics=GOOD,
        frames=FRAMES,
        hops=hop_latencies(h.history()),
        laws=HOLDING,
        deaths={"city": 1},
        simulated={"officer issued": 1},
        missing=missing_,
    )


def test_the_exit_code_follows_what_is_missing():
    assert (outcome().exit_code, outcome(("x",)).exit_code) == (0, 1)


def test_the_json_has_the_same_summary():
    summary = json.loads(as_json(outcome()))
    assert (
        summary["exit_code"] == 0
        and summary["frames"]["cam"]["unaccounted"] == 0
        and summary["full_lifecycle"] == ["i-1"]
    )
    assert summary["latency_ms"]["camera_to_order"] == {"count": 0, "p50": None, "p95": None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_terminal_has_it_in_the_readers_language(language):
    console = Console(record=True, width=120, file=io.StringIO())
    show_summary(outcome(("something [red]odd[/red]",)), Translator(language), console)
    text = console.export_text()
    assert Translator(language)("verdict_bad") in text and "something [red]odd[/red]" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_laws_are_shown_with_checks_violations_and_inconclusive_facts(language):
    translate, console = Translator(language), Console(record=True, width=120, file=io.StringIO())
    laws = (
        LawReport(law="same_state", checked=31, inconclusive=27),
        LawReport(law="agreement", checked=0),
        LawReport(law="no_frames", checked=3, violations=("x",)),
    )
    show_summary(
        replace(outcome(), laws=(*laws, LawReport(law="ground_truth_delivery", checked=0))),
        translate,
        console,
    )
    lines = console.export_text().splitlines()
    row = {
        law: next((line.split() for line in lines if line.strip().startswith(translate(law))), [])
        for law in ("same_state", "agreement", "no_frames", "ground_truth_delivery")
    }
    assert row["same_state"][-3:] == ["31", "27", translate("holds")]
    assert (
        row["agreement"][-1] == translate("nothing_checked").split()[-1]
        and row["no_frames"][-1] == "1"
    )
    assert not row["ground_truth_delivery"], "there is no ground truth of real processes"


def test_every_law_has_its_messages():
    assert not [law for law in LAWS if law not in MESSAGES]


def test_the_json_has_what_was_inconclusive_too():
    summary = json.loads(
        as_json(replace(outcome(), laws=(LawReport(law="same_state", checked=1, inconclusive=2),)))
    )
    assert summary["laws"] == {"same_state": {"checked": 1, "inconclusive": 2, "violations": []}}


def test_every_message_is_there_in_both_languages():
    assert all(en and zh for en, zh in MESSAGES.values())
    assert any("\u4e00" <= c <= "\u9fff" for _, zh in MESSAGES.values() for c in zh)
    assert Translator("en")("no such word") == "no such word"
