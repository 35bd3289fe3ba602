"""Whoever must be called is called, as the simulator noted it."""

import law_histories as h
import law_values as v
import pytest

from citybrain.decider.command import CancelTimer, Reply
from citybrain.domain.console import OperatorAction
from citybrain.domain.page import Channel, PageLetter, PageState
from citybrain.domain.principal import Role, unauthenticated
from citybrain.geo import Point
from citybrain.localized_name import LocalizedName
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from citybrain.vocabulary import Certainty, IncidentStage, OperatorVerb, Severity, Urgency
from citysim.laws.ground_truth import pages
from citysim.laws.ground_truth_log import GroundTruth
from citysim.laws.history import LiveState
from district_node.cores.incidents.incident import Incident
from district_node.cores.state import EMPTY
from district_node.inputs import OperatorActed, PageDelivered
from district_node.paging.progress import Page, Paging

DELIVERED = PageDelivered(page="page-1", incident="inc-1")


def judged(*records, taken=(), state=None, second=0.0):
    live = LiveState(seq=1, state_hash="", at=v.at(second)) if state is not None else None
    node = h.node("a", *records, state=state, live=live)
    truth = GroundTruth(pages_taken=taken)
    return pages.check(h.history(node, ground_truth=truth, is_recovered=state is not None))


def with_page(state: PageState):
    page = Page(page="page-1", person="chen", channel=Channel.MAIL, at=v.at(0), state=state)
    paging = Paging(
        policy="urgent", severity=Severity.SEVERE, since=v.at(0), due=None, pages=(page,)
    )
    incident = Incident(
        incident="inc-1",
        kind="crowding",
        reported_kind="crowding",
        playbook="",
        stage=IncidentStage.OPENED,
        severity=Severity.SEVERE,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.OBSERVED,
        place=Point(lat=0.0, lon=0.0),
        reported_at=v.at(0),
        changed_at=v.at(0),
        last_observed_at=v.at(0),
        first_source="box-1/cam-1",
        traceparent="",
        paging=paging,
    )
    return replace(EMPTY, incidents=SortedMap([("inc-1", incident)]))


def test_a_page_that_was_noted_as_sent_has_reached_somebody():
    assert judged(h.record(DELIVERED), taken=("page-1",)).holds
    broken = judged(h.record(DELIVERED), taken=("page-2",))
    assert "nobody got it" in broken.violations[0]


@pytest.mark.parametrize("state", [PageState.FAILING, PageState.SENT, PageState.WITHDRAWN])
def test_what_was_tried_or_is_not_wanted_any_more_does_not_wait(state):
    assert judged(state=with_page(state), second=600).holds


def test_a_page_that_waits_untried_is_named_once_there_was_time():
    waiting = with_page(PageState.WAITING)
    assert judged(state=waiting, second=30).holds
    assert "never tried" in judged(state=waiting, second=600).violations[0]


def page(reason: str = "") -> PageLetter:
    return PageLetter(
        page="page-2",
        person="li",
        person_name="Li",
        channel=Channel.MAIL,
        language="en",
        at=v.at(9),
        incident="inc-1",
        case="inc-1",
        kind="crowding",
        title=LocalizedName(en="Crowding", zh="人群聚集"),
        severity=Severity.SEVERE,
        place=Point(lat=0.0, lon=0.0),
        reason=reason,
    )


ACKNOWLEDGED = h.record(
    OperatorActed(
        action=OperatorAction(
            request="ack-1", operator="li", incident="inc-1", verb=OperatorVerb.ACKNOWLEDGE
        ),
        principal=unauthenticated("li", Role.OPERATOR),
    ),
    commands=(Reply(request="ack-1", done=True), CancelTimer(timer="page")),
)


def test_nobody_is_called_after_an_acknowledgement_unless_it_was_forgotten():
    called = h.record(None, page(), to="pages")
    broken = judged(called, ACKNOWLEDGED, called)
    assert "record 3 calls li about inc-1, which record 2 acknowledged" in broken.violations[0]
    forgotten = h.record(None, page("forgotten"), to="pages")
    assert judged(called, ACKNOWLEDGED, forgotten, called).holds
    reopened = h.record(None, replace(v.incident(IncidentStage.REOPENED), incident="inc-1"))
    assert judged(called, ACKNOWLEDGED, reopened, called).holds
    # a repeat changes nothing: what was forgotten in between goes on
    assert judged(called, ACKNOWLEDGED, forgotten, ACKNOWLEDGED, called).holds


def test_without_notes_nothing_is_judged():
    assert pages.check(h.history(h.node("a", h.record(DELIVERED)))).checked == 0
