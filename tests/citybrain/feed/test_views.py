"""As many views are kept as may be: the one unread for longest goes, never one that is watched."""

import pytest
from feed_tickets import START, Ticket, feed_of, view

from citybrain.clock import later
from citybrain.feed import limits
from citybrain.feed.errors import OutOfBoundsError, TooManyViewsError, UnknownCollectionError
from citybrain.feed.spec import DetailSpec, ViewSpec
from citybrain.feed.update import Delta, Page

MOST = limits.VIEWS.value


def test_an_unknown_list_is_named_with_those_that_there_are():
    feed = feed_of({})
    with pytest.raises(UnknownCollectionError, match="'trams'.*tickets") as caught:
        feed.page(ViewSpec(collection="trams"))
    assert caught.value.field == "collection"
    with pytest.raises(UnknownCollectionError):
        feed.detail(DetailSpec(collection="trams", key="1"))
    with pytest.raises(UnknownCollectionError):
        feed.refresh("trams", {}, START)


def test_the_view_unread_for_longest_makes_room():
    feed = feed_of({"a": Ticket()})
    specs = [view(offset=n) for n in range(MOST)]
    versions = [feed.page(spec).version for spec in specs]
    feed.page(specs[0])
    feed.page(view(offset=MOST))
    assert feed.views == MOST
    feed.refresh("tickets", {"a": Ticket(rank=1)}, START)
    assert isinstance(feed.changes(specs[0], versions[0]), Delta)
    assert isinstance(feed.changes(specs[1], versions[1]), Page)


def test_if_all_are_watched_the_newcomer_is_refused_until_one_is_closed():
    feed = feed_of({})
    streams = [feed._stream({"a": view(offset=n)}, None) for n in range(MOST)]
    with pytest.raises(TooManyViewsError, match=r"256 views.*Close a screen"):
        feed.page(view(offset=MOST))
    feed.page(view(offset=3))
    streams[7].close(START)
    assert feed.page(view(offset=MOST)).total == 0
    assert feed.views == MOST


def test_a_view_that_nobody_watches_or_reads_goes_after_a_while():
    feed = feed_of({"a": Ticket()})
    read, watched = view(offset=1), view(offset=2)
    feed.page(read)
    stream = feed._stream({"a": watched}, None)
    feed.tick(later(START, limits.VIEW_IDLE.value - 1))
    assert feed.views == 2
    feed.tick(later(START, limits.VIEW_IDLE.value))
    assert feed.views == 1
    stream.close(feed.now)
    feed.tick(later(feed.now, limits.VIEW_IDLE.value - 1))
    assert feed.views == 1
    feed.tick(later(feed.now, 1))
    assert feed.views == 0


def test_a_spec_with_a_fault_makes_no_view():
    feed = feed_of({})
    with pytest.raises(OutOfBoundsError):
        feed.page(view(limit=0))
    assert feed.views == 0
