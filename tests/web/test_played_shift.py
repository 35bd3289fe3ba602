"""The shift that `make shift` plays is too long for this run; what of it can break silently is not:
its judgement, and whether what its people press and read still stands on the pages.
"""

import re
from pathlib import Path

import pytest
from shift import elements
from shift.ledger import Case, Ledger, share, twice
from shift.plan import CASES, PARTS, planned
from shift.words import word

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("citybrain/web", "district_node/web", "coordinator/web")
ACCEPTED = ("riverside-1", "R-1130-01 · No. 1", "accept")


def closed(**changes):
    values = {"what": "w", "kind": "crowding", "id": "i", "number": "R-1", "stage": "closed"}
    return Case(**{**values, "disposition": "fixed", **changes})


def test_a_case_that_ended_as_it_should_has_no_fault():
    assert closed().fault == ""
    assert closed(disposition="gone", ends=("closed", ("false_alarm", "gone"))).fault == ""


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"id": ""}, "it never came"),
        ({"stage": ""}, "it is unread, not closed"),
        ({"stage": "working"}, "it is working, not closed"),
        ({"disposition": ""}, "it turned out nothing, not fixed"),
    ],
)
def test_what_is_not_as_it_should_be_is_said(changes, fault):
    assert closed(**changes).fault == fault


def test_a_shift_is_held_only_if_all_of_it_was_seen():
    ledger = Ledger(["a plan was issued"], cases=[closed()])
    assert ledger.faults() == ["not seen: a plan was issued"]
    ledger.seen["a plan was issued"] = "#4"
    assert ledger.faults() == []
    ledger.failures.append("plans: it took too long")
    assert ledger.faults() == ["plans: it took too long"]


def test_an_order_that_is_accepted_twice_is_said():
    again = ("riverside-1", "R-1130-01 · No. 2", "accept")
    assert twice([ACCEPTED, again, ("riverside-1", ACCEPTED[1], "arrive")]) == []
    assert twice([ACCEPTED, ACCEPTED]) == ["riverside-1 accepted R-1130-01 · No. 1 2 times"]


def test_only_what_a_sensor_began_is_timed():
    timed = closed(sensor="s", raised_us=5_000_000, shown_ms=5_250)
    assert timed.latency_ms == 250.0
    assert closed(raised_us=5_000_000, shown_ms=5_250).latency_ms is None
    assert Ledger([], cases=[timed, closed()]).latencies_ms() == [250.0]


def test_shares_are_values_that_were_measured():
    values = [float(n) for n in range(1, 21)]
    assert (share(values, 0.5), share(values, 0.99)) == (10.0, 20.0)
    assert share([7.0], 0.5) == 7.0
    with pytest.raises(ValueError, match="nothing was measured"):
        share([], 0.5)


def test_a_shorter_shift_is_its_beginning():
    assert sum(part.cases for part in planned(CASES)) == CASES
    assert planned(6) == PARTS[:1]
    assert [one.play.__name__ for one in planned(0, "plans")] == ["plans"]


def test_what_people_press_stands_on_the_pages():
    texts = [
        path.read_text(encoding="utf-8")
        for folder in PAGES
        for kind in ("*.html", "*.js")
        for path in (ROOT / folder).rglob(kind)
    ]
    written = "\n".join(texts)
    made = "\n".join(str(value) for name, value in vars(elements).items() if name.isupper())
    ids = set(re.findall(r"#([a-z][a-z-]+)", made))
    assert len(ids) > 20
    made_by_script = {"report-words", "report-latitude", "report-longitude", "verb-other"}
    by_macro = {"reason-send"}
    unknown = {one for one in ids - made_by_script - by_macro if f'id="{one}"' not in written}
    assert unknown == set()


def test_reasons_that_people_pick_have_words_in_both_languages():
    for key in ("why.not_ours", "why.seen_fixed", "why.false_alarm", "why.not_now"):
        assert word(key, "en") != word(key, "zh")
