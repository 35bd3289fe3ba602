"""A client's windows, kept up by what a stream tells, are the windows that the node has."""

from consoles.reports import unit
from hypothesis import given
from hypothesis import strategies as st

from citybrain.api.client.windows import Windows
from citybrain.api.lists.conditions import is_word
from citybrain.api.lists.port import PublicList
from citybrain.api.lists.watch import Watching
from citybrain.api.resources.unit import unit_message
from citybrain.api.v1 import changes_pb2 as pb
from citybrain.clock import Timestamp
from citybrain.feed.change_feed import ChangeFeed
from citybrain.feed.collection import Collection
from citybrain.feed.spec import DetailSpec, ViewSpec

UNITS = Collection(
    name="units",
    orders={"name": lambda one, _: (one.name,)},
    filters={"id": is_word(lambda one: one.unit)},
)
OFFERED = PublicList(
    collection=UNITS,
    items=dict,
    row=lambda one, _: unit_message(one),
    detail=lambda one, _: unit_message(one),
)
NAMES = st.sampled_from(["a", "b", "c", "d", "e", "f"])
STEPS = st.lists(st.dictionaries(NAMES, NAMES, max_size=6), min_size=1, max_size=6)


@given(steps=STEPS, offset=st.integers(0, 3), limit=st.integers(1, 4))
def test_pages_and_differences_give_the_nodes_window(steps, offset, limit):
    feed = ChangeFeed("life")
    feed.add(UNITS)
    watching = Watching({"units": OFFERED}, feed, lambda: None)
    windows = Windows(dict.fromkeys(("w", "one")))
    specs = {
        "w": ViewSpec(collection="units", offset=offset, limit=limit),
        "one": DetailSpec(collection="units", key="a"),
    }
    stream = feed._stream(specs, None)
    for at, named in enumerate(steps, 1):
        rows = {key: unit(1, unit=key, name=name) for key, name in named.items()}
        feed.refresh("units", rows, Timestamp(at))
        frame = stream.frame(feed.version, feed.now)
        told = [watching._part("units", update).named(name) for name, update in frame]
        windows.take(pb.Changes(version=str(feed.version), views=told))
        order = sorted(rows.values(), key=lambda row: (row.name, row.unit))
        assert windows.values("w") == [unit_message(row) for row in order[offset : offset + limit]]
        assert windows.total("w") == len(rows)
        named_a = [rows["a"].name] if "a" in rows else []
        assert [row.name for row in windows.values("one")] == named_a


def test_a_stream_that_came_back_goes_on_from_the_last_message():
    windows = Windows({"w": pb.View(name="w", collection="units")})
    assert (windows.request().since, windows.values("w"), windows.total("w")) == ("", [], 0)
    assert not windows.take(pb.Changes(version="life.7"))
    assert windows.request().since == "life.7"
