"""What counts as the same said again, across versions that know more fields than one another."""

import pytest
from principals import CREW, OPERATOR

from citybrain import canonical_json
from citybrain.domain.console import OperatorAction
from citybrain.domain.crew import CrewAnswer
from citybrain.domain.principal import Authentication
from citybrain.geo import Point
from citybrain.structs import asdict, replace
from citybrain.vocabulary import CrewAction, OperatorVerb
from district_node.cores import request_content
from district_node.cores.decide import said_in
from district_node.inputs import CrewAnswered, OperatorActed

ACTION = OperatorAction(
    request="r-1", operator="Li Na", incident="i-1", verb=OperatorVerb.NOTE, text="a key is there"
)
ACTED = OperatorActed(action=ACTION, principal=OPERATOR)


class LaterAction(OperatorAction, frozen=True, kw_only=True):
    """As a later version knows it."""

    later_word: str = ""
    later_places: tuple[Point, ...] = ()


def content_of(asked):
    return request_content.content_of(asked.principal.name, said_in(asked))


def is_content(kept, asked):
    return request_content.is_content(kept, asked.principal.name, said_in(asked), asked)


def later(**more):
    known = asdict(ACTION)
    return replace(ACTED, action=LaterAction(**known, **more))


def as_counted_whole(asked):
    """The digest as versions kept it that counted each field that they knew."""
    return canonical_json.digest(asked)[:16]


def test_a_field_that_says_nothing_is_as_one_that_is_not_there():
    assert content_of(later()) == content_of(ACTED)
    assert content_of(later(later_word="photo")) != content_of(ACTED)
    assert content_of(later(later_places=(Point(lat=1.0, lon=2.0),))) != content_of(ACTED)


def test_what_is_said_counts_and_not_how_whoever_says_it_signed_in():
    anew = replace(OPERATOR, authentication=Authentication.OIDC, issuer="https://id.example")
    assert content_of(replace(ACTED, principal=anew)) == content_of(ACTED)
    assert content_of(replace(ACTED, recipient=CREW)) == content_of(ACTED)
    assert content_of(replace(ACTED, principal=replace(OPERATOR, name="x"))) != content_of(ACTED)


@pytest.mark.parametrize(
    "changes", [{"text": "another"}, {"verb": OperatorVerb.TAKE}, {"reason": "why"}]
)
def test_something_else_under_the_same_request_is_something_else(changes):
    other = replace(ACTED, action=replace(ACTION, **changes))
    assert not is_content(content_of(ACTED), other)
    assert not is_content(as_counted_whole(ACTED), other)


def test_what_a_version_kept_that_counted_the_fields_it_knew_is_the_same_still():
    kept = as_counted_whole(ACTED)
    assert is_content(kept, ACTED)
    assert is_content(kept, later())
    assert not is_content(kept, later(later_word="photo"))
    assert is_content("", later(later_word="photo")), "of a version that kept nothing of it"


def test_a_crews_answer_is_kept_alike():
    answer = CrewAnswer(
        request="c-1", unit="u-1", order="o-1", assignment_number=3, action=CrewAction.ACCEPT
    )
    asked = CrewAnswered(answer=answer, principal=CREW)
    assert is_content(content_of(asked), asked)
    assert is_content(as_counted_whole(asked), asked)
