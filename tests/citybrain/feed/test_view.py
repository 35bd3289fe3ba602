"""A view makes each window once, and each difference once; whoever knows too old a window gets a
page."""

from feed_tickets import START, Ticket, feed_of, view
from immutables import Map

from citybrain.feed import limits
from citybrain.feed.update import Delta, Page, Version


def filled(count=5):
    items = Map((f"t{n}", Ticket(rank=n)) for n in range(count))
    return items, feed_of(items)


def put(feed, items, key, **ticket):
    items = items.set(key, Ticket(**ticket))
    feed.refresh("tickets", items, START)
    return items


def test_a_page_and_a_difference_are_the_same_objects_for_all():
    items, feed = filled()
    page = feed.page(view())
    assert feed.page(view()) is page is feed.changes(view(), None)
    put(feed, items, "t2", rank=9)
    delta = feed.changes(view(), page.version)
    assert isinstance(delta, Delta)
    assert feed.changes(view(), page.version) is delta


def test_a_change_outside_the_window_is_no_change_of_it():
    items, feed = filled()
    page = feed.page(view(limit=2))
    items = put(feed, items, "t4", rank=99)
    assert feed.changes(view(limit=2), page.version) is None
    put(feed, items, "t4", rank=-1)
    delta = feed.changes(view(limit=2), page.version)
    assert (delta.removed, delta.placed) == (("t1",), ((0, "t4"),))
    assert [key for key, _ in delta.changed] == ["t4"]


def test_another_total_is_a_change_though_the_rows_are_the_same():
    items, feed = filled()
    page = feed.page(view(limit=2))
    put(feed, items, "t9", rank=99)
    delta = feed.changes(view(limit=2), page.version)
    assert (delta.total, delta.removed, delta.placed, delta.changed) == (6, (), (), ())


def test_a_version_at_which_the_view_was_found_unchanged_is_known():
    items, feed = filled()
    feed.page(view(limit=2))
    items = put(feed, items, "t4", rank=99)
    known = feed.page(view(limit=2)).version
    put(feed, items, "t0", rank=0)
    assert isinstance(feed.changes(view(limit=2), known), Delta)


def test_versions_that_were_missed_are_one_difference():
    items, feed = filled()
    page = feed.page(view())
    for n in range(20):
        items = put(feed, items, "t0", rank=n)
        feed.changes(view(), feed.version)
    delta = feed.changes(view(), page.version)
    assert (delta.placed, delta.changed) == (((4, "t0"),), (("t0", Ticket(rank=19)),))
    assert delta.version == feed.version


def test_whoever_knows_an_older_window_than_is_kept_gets_a_page():
    items, feed = filled()
    versions = [feed.page(view()).version]
    for n in range(limits.WINDOWS_KEPT.value):
        items = put(feed, items, "t0", rank=n)
        versions.append(feed.page(view()).version)
    assert isinstance(feed.changes(view(), versions[0]), Page)
    assert isinstance(feed.changes(view(), versions[1]), Delta)


def test_a_version_of_another_life_or_of_the_future_gets_a_page():
    _, feed = filled()
    feed.page(view())
    for strange in (Version(epoch="other", number=1), Version(epoch="e1", number=99)):
        assert isinstance(feed.changes(view(), strange), Page)


def test_a_version_that_this_view_never_gave_gets_a_page():
    items, feed = filled()
    feed.page(view())
    items = put(feed, items, "t0", rank=7)
    never_read = feed.version
    put(feed, items, "t0", rank=8)
    feed.page(view())
    assert isinstance(feed.changes(view(), never_read), Page)


def test_a_page_of_an_older_version_is_given_as_of_now():
    items, feed = filled()
    older = feed.page(view(limit=2))
    put(feed, items, "t4", rank=99)
    newer = feed.page(view(limit=2))
    assert (newer.version, newer.rows) == (feed.version, older.rows)


def test_updates_of_one_moment_have_one_version_though_nothing_changed_between():
    items, feed = filled()
    page = feed.page(view(limit=2))
    items = put(feed, items, "t0", rank=-5)
    first = feed.changes(view(limit=2), page.version)
    put(feed, items, "t4", rank=99)
    second = feed.changes(view(limit=2), page.version)
    assert second.version == feed.version == feed.page(view(limit=2)).version != first.version
    assert (second.placed, second.changed) == (first.placed, first.changed)
