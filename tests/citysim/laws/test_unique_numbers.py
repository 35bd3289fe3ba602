"""Law 2: a case number is given once, and stays."""

import law_histories as h
import law_values as v

from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage
from citysim.laws.checks import unique_numbers
from coordinator.inputs import DistrictLetterReceived

A_YEAR_S = 365 * 86_400


def called(number: str, name: str = "i-1", second: float = 0.0):
    return replace(v.incident(IncidentStage.REPORTED, name), number=number, opened_at=v.at(second))


def judged(*reports, city=None):
    records = (h.record(None, report) for report in reports)
    return unique_numbers.check(h.history(h.node("a", *records), city=city))


def test_each_case_has_a_number_of_its_own():
    report = judged(called("A-0615-01"), called("A-0615-02", "i-2"), called("A-0615-01"))
    assert report.holds and report.checked == 2


def test_two_cases_with_one_number_are_a_violation():
    report = judged(called("A-0615-01"), called("A-0615-01", "i-2"))
    assert report.violations == ("a: i-1 and i-2 are both called A-0615-01",)


def test_a_number_comes_again_after_a_year():
    assert judged(called("A-0615-01"), called("A-0615-01", "i-2", A_YEAR_S)).holds


def test_a_case_keeps_its_number():
    assert not judged(called("A-0615-01"), called("A-0615-02")).holds


def test_cases_of_a_version_that_gave_no_numbers_are_no_violation():
    report = judged(called(""), called("", "i-2"))
    assert report.holds and report.checked == 0


def test_what_the_city_has_of_before_a_restore_counts_too():
    known = DistrictLetterReceived(
        district=v.A, epoch="old", position=1, after=0, letter=called("A-0615-01", "lost")
    )
    city = h.node("city", h.record(known))
    assert not judged(called("A-0615-01"), city=city).holds
    other = h.node("city", h.record(replace(known, district=v.B)))
    assert judged(called("A-0615-01"), city=other).holds
