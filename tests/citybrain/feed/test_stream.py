"""A stream gives each watcher what is new to it, of all that it watches, at one version."""

from dataclasses import replace

import pytest
from feed_tickets import START, TICKETS, Ticket, feed_of, view
from immutables import Map

from citybrain.feed import limits
from citybrain.feed.change_feed import ChangeFeed
from citybrain.feed.errors import OutOfBoundsError, UnknownCollectionError
from citybrain.feed.spec import DetailSpec
from citybrain.feed.update import Delta, Detail, Gone, Page, Version

ONE = DetailSpec(collection="tickets", key="t1")


class Watched:
    """A feed of tickets, and one stream on it."""

    def __init__(self, specs, since=None):
        self.items = Map((f"t{n}", Ticket(rank=n)) for n in range(4))
        self.feed = feed_of(self.items)
        self.specs = specs
        self.stream = self.feed._stream(specs, since)

    def put(self, key, **ticket):
        self.items = self.items.set(key, Ticket(**ticket))
        self.feed.refresh("tickets", self.items, START)

    def drop(self, key):
        self.items = self.items.delete(key)
        self.feed.refresh("tickets", self.items, START)

    def frame(self):
        return self.stream.frame(self.feed.version, self.feed.now)

    def come_back(self, since, fresh=frozenset()):
        self.stream = self.feed._stream(self.specs, since, fresh)
        return self.frame()


def test_the_first_frame_has_everything_and_the_next_only_what_changed():
    watched = Watched({"all": view(), "first": view(limit=1), "one": ONE})
    assert [(name, type(update)) for name, update in watched.frame()] == [
        ("all", Page),
        ("first", Page),
        ("one", Detail),
    ]
    assert watched.frame() == ()
    watched.put("t3", rank=9)
    (name, delta), *others = watched.frame()
    assert (name, type(delta), others) == ("all", Delta, [])


def test_a_detail_is_given_whenever_its_row_is_another_and_when_it_goes_and_comes():
    watched = Watched({"one": ONE})
    watched.frame()
    watched.put("t2", rank=9)
    assert watched.frame() == ()
    watched.put("t1", rank=7)
    ((_, detail),) = watched.frame()
    assert (detail.key, detail.value) == ("t1", Ticket(rank=7))
    watched.drop("t1")
    ((_, gone),) = watched.frame()
    assert (type(gone), gone.key, gone.version) == (Gone, "t1", watched.feed.version)
    watched.put("t5")
    assert watched.frame() == ()
    watched.put("t1", rank=8)
    assert isinstance(watched.frame()[0][1], Detail)


def test_a_detail_is_given_again_where_something_beside_its_value_is_another():
    beside = {"t1": ("a",)}
    feed = ChangeFeed("e1")
    feed.add(TICKETS, lambda ticket: beside.get(f"t{ticket.rank}", ()))
    feed.add(replace(TICKETS, name="others"))
    feed.refresh("tickets", {f"t{n}": Ticket(rank=n) for n in range(4)}, START)
    stream = feed._stream({"all": view(), "one": ONE}, None)
    assert len(stream.frame(feed.version, feed.now)) == 2
    feed.refresh("others", {"x": Ticket()}, START)
    assert stream.frame(feed.version, feed.now) == ()
    beside["t1"] = ("b",)
    feed.refresh("others", {"x": Ticket()}, START)
    assert [name for name, _ in stream.frame(feed.version, feed.now)] == ["one"]
    assert stream.frame(feed.version, feed.now) == ()
    back = feed._stream({"all": view(), "one": ONE}, feed.version)
    assert [name for name, _ in back.frame(feed.version, feed.now)] == ["one"], (
        "since when it is so is not known: it is given once more"
    )


def test_whoever_comes_back_gets_what_is_new_since_then():
    watched = Watched({"all": view(), "one": ONE})
    watched.frame()
    since = watched.feed.version
    assert watched.come_back(since) == ()
    watched.put("t3", rank=9)
    ((name, delta),) = watched.come_back(since)
    assert (name, type(delta)) == ("all", Delta)
    watched.put("t1", rank=9)
    assert [type(update) for _, update in watched.come_back(since)] == [Delta, Detail]


def test_what_was_not_watched_at_that_version_comes_whole_once():
    watched = Watched({"all": view(), "first": view(limit=1), "one": ONE})
    watched.frame()
    since = watched.feed.version
    found = watched.come_back(since, fresh={"first", "one"})
    assert [(name, type(update)) for name, update in found] == [("first", Page), ("one", Detail)]
    assert watched.frame() == ()
    watched.put("t0", rank=-1)
    assert [type(update) for _, update in watched.frame()] == [Delta, Delta]


def test_whoever_comes_back_to_a_row_that_is_gone_gets_its_removal():
    watched = Watched({"one": ONE})
    watched.frame()
    since = watched.feed.version
    watched.drop("t1")
    assert isinstance(watched.come_back(since)[0][1], Gone)


@pytest.mark.parametrize("number", [1, 99])
def test_whoever_comes_from_another_life_or_from_the_future_gets_everything(number):
    epoch = "other" if number == 1 else "e1"
    watched = Watched({"all": view(), "one": ONE}, Version(epoch=epoch, number=number))
    assert [type(update) for _, update in watched.frame()] == [Page, Detail]


def test_a_fault_in_one_spec_lets_all_views_go():
    feed = feed_of({})
    specs = {"good": view(), "bad": DetailSpec(collection="trams", key="1")}
    with pytest.raises(UnknownCollectionError):
        feed._stream(specs, None)
    assert [each.watchers for each in feed._views._views.values()] == [0]


def test_a_stream_has_a_bounded_number_of_views():
    most = limits.STREAM_VIEWS.value
    feed = feed_of({})
    feed._stream({str(n): view(offset=n) for n in range(most)}, None)
    with pytest.raises(OutOfBoundsError, match=f"views asks for {most + 1} views") as caught:
        feed._stream({str(n): view(offset=n) for n in range(most + 1)}, None)
    assert caught.value.field == "views"
