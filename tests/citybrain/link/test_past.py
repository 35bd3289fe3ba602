"""An end whose store began with nothing is told so by the other, and a restored one is not."""

import pytest

from citybrain.geo import Point
from citybrain.link.frames import Hello, Welcome
from citybrain.link.past import KnownStore, forgotten_upto, seen_by_city, seen_by_district

OLD, NEW = "store-1", "store-2"
KNOWN = KnownStore(epoch=OLD, up_acked=40)


def hello(epoch, city_epoch=None):
    return Hello(
        district="north",
        name="North 北",
        centre=Point(lat=30.0, lon=104.0),
        epoch=epoch,
        session=0,
        up_next=2,
        down_acked=0,
        city_epoch=city_epoch,
    )


def welcome(epoch, **changes):
    return Welcome(epoch=epoch, up_acked=0, down_next=1, next_session=2, **changes)


@pytest.mark.parametrize(
    ("greeting", "known", "code"),
    [
        (hello(NEW), KNOWN, "peer_began_empty"),
        (hello(NEW), KnownStore(epoch=OLD, up_acked=0), None),  # it had said nothing
        (hello(NEW, city_epoch="c1"), KNOWN, None),  # restored: it knows that it met a city
        (hello(OLD), KNOWN, None),  # the same store, whose welcome was lost
        (hello(NEW), None, None),  # a new district
        (hello(OLD, city_epoch="c1"), None, None),  # … that this city forgot nothing of
        (hello(OLD, city_epoch="c0"), None, "began_empty"),
        (hello(OLD, city_epoch="c0"), KNOWN, None),  # this city was restored
    ],
)
def test_what_a_city_concludes_from_a_hello(greeting, known, code):
    seen = seen_by_city(greeting, known, "c1")
    assert (seen[0] if seen else None) == code


@pytest.mark.parametrize(
    ("greeting", "known_city", "code"),
    [
        (welcome("c1", forgotten_upto=40), None, "began_empty"),
        (welcome("c1", is_first=True), None, None),  # both are new
        (welcome("c2", is_first=True), "c1", "peer_began_empty"),
        (welcome("c2"), "c1", None),  # the city was restored
        (welcome("c1"), "c1", None),
    ],
)
def test_what_a_district_concludes_from_a_welcome(greeting, known_city, code):
    seen = seen_by_district(greeting, known_city)
    assert (seen[0] if seen else None) == code


def test_both_ends_get_the_same_sentence():
    lost = forgotten_upto(hello(NEW), KNOWN)
    assert lost == 40
    told = (
        seen_by_city(hello(NEW), KNOWN, "c1"),
        seen_by_district(welcome("c1", forgotten_upto=lost), None),
    )
    for code, sentence in told:
        assert code.endswith("began_empty")
        assert "40 letters" in sentence
        assert "--new" in sentence
