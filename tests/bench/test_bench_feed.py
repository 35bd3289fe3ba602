"""What a change of a long list costs: for the list itself, and for each that watches it; how long a
view takes to make, and what a row takes of memory. Without encoding."""

import asyncio
import gc
import json
import time
import tracemalloc

import pytest
from immutables import Map

from citybrain.clock import Timestamp, later
from citybrain.feed.change_feed import ChangeFeed
from citybrain.feed.collection import Collection
from citybrain.feed.spec import ViewSpec
from citybrain.feed.stream import Stream
from citybrain.feed.update import Delta
from citybrain.structs import Struct, replace

pytestmark = pytest.mark.bench

START = Timestamp(1_750_000_000_000_000)
CHANGES = 200
A_SECOND = 5  # changes, of the goal
KINDS = ("crowding", "waterlogging", "loitering", "illegal_parking", "street_occupation")
GOAL_MS, GOAL_CORE = 5.0, 0.30


class Case(Struct, frozen=True, kw_only=True):
    kind: str
    street: str
    priority: float
    due: Timestamp


CASES = Collection(
    name="cases",
    orders={
        "priority": lambda case, now: (case.due > now, -case.priority),
        "street": lambda case, now: (case.street,),
    },
    filters={"kind": lambda case, wanted: case.kind == wanted},
    text=lambda case: f"{case.street} {case.kind}",
    next_change_at=lambda case, now: case.due if case.due > now else None,
)


def case(n):
    return Case(
        kind=KINDS[n % 5],
        street=f"{n * 7919 % 10_007} Harbour Road",
        priority=float(n * 7919 % 100_003),
        due=later(START, 3_600 + n % 977),
    )


def feed_of(rows):
    items = Map((f"case-{n:06}", case(n)) for n in range(rows))
    feed = ChangeFeed("bench")
    feed.add(CASES)
    feed.refresh("cases", items, START)
    return feed, items


def ms(call, *args):
    """Milliseconds of a core, whatever else the machine does."""
    began = time.process_time()
    call(*args)
    return (time.process_time() - began) * 1e3


def middle(values):
    return sorted(values)[len(values) // 2]


def spec(watcher, *, shared):
    """Ten screens of one list, or ten that each look for something else somewhere else."""
    if shared:
        return ViewSpec(collection="cases")
    return ViewSpec(
        collection="cases",
        filters=(("kind", KINDS[watcher % 5]),),
        search="harbour" if watcher % 2 else "",
        order_by=("priority", "-street", "street", "-priority")[watcher % 4],
        offset=40 * watcher,
    )


def changing(rows, watchers, *, shared, moves):
    """Median ms of a refresh, and of all frames after it; the mean of both together."""
    feed, items = feed_of(rows)
    streams = [
        Stream(
            {"list": spec(n, shared=shared)},
            None,
            views=feed._views,
            tables=feed._tables,
            now=START,
        )
        for n in range(watchers)
    ]
    for stream in streams:
        stream.frame(feed.version, feed.now)
    refreshed, framed, given, deltas = [], [], [], 0

    def read_all():
        given.extend(stream.frame(feed.version, feed.now) for stream in streams)

    top = [key for key, _ in feed.page(ViewSpec(collection="cases")).rows]
    gc.collect()
    for n in range(CHANGES):
        key = top[n % len(top)]
        bump = 7.0 if moves else 0.0
        items = items.set(key, replace(items[key], priority=items[key].priority + bump))
        refreshed.append(ms(feed.refresh, "cases", items, later(START, n / A_SECOND)))
        given.clear()
        framed.append(ms(read_all))
        deltas += sum(isinstance(update, Delta) for frame in given for _, update in frame)
    assert deltas > 0
    total = [a + b for a, b in zip(refreshed, framed, strict=True)]
    return middle(refreshed), middle(framed), sum(total) / len(total), max(total)


@pytest.mark.parametrize("rows", [10_000, 100_000])
def test_what_a_change_costs(rows):
    print(f"\n{rows} rows, {CHANGES} changes, one at a time; a window of 100 rows")
    print(
        f"{'watchers':>24} {'refresh ms':>11} {'frames ms':>10} {'a watcher ms':>13}"
        f" {'longest ms':>11} {'core at 5/s':>12}"
    )
    for watchers, shared, moves in (
        (1, True, False),
        (1, True, True),
        (10, True, True),
        (10, False, True),
    ):
        refresh, frames, mean, longest = changing(rows, watchers, shared=shared, moves=moves)
        name = f"{watchers} {'same' if shared else 'other'} {'moves' if moves else 'stays'}"
        share = mean * A_SECOND / 1000
        a_watcher = refresh + frames / watchers
        print(
            f"{name:>24} {refresh:>11.3f} {frames:>10.3f} {a_watcher:>13.3f} {longest:>11.2f}"
            f" {share:>11.1%}"
        )
        figures = {"refresh_ms": refresh, "frames_ms": frames, "core": share}
        print(json.dumps({"bench": f"feed.{rows}.{name}", **figures}))
    print(f"goal at 10,000 rows: {GOAL_MS} ms a watcher, ten at 5/s {GOAL_CORE:.0%} of a core")


@pytest.mark.parametrize("rows", [10_000, 100_000])
def test_how_long_a_view_takes_to_make(rows):
    began = time.process_time()
    feed, items = feed_of(rows)
    lines = {"first refresh (and making the rows)": (time.process_time() - began) * 1e3}
    for name, asked in (
        ("first page, nothing kept", {}),
        ("the same page again", {}),
        ("another window of it", {"offset": 5_000}),
        ("another order", {"order_by": "street"}),
        ("a filter", {"filters": (("kind", "loitering"),)}),
        ("a first search", {"search": "77 harb"}),
        ("a second search", {"search": "78 harb"}),
    ):
        lines[name] = ms(feed.page, ViewSpec(collection="cases", **asked))
    every = Map((key, replace(value)) for key, value in items.items())
    lines["a refresh that changes every row"] = ms(feed.refresh, "cases", every, START)
    searched = ViewSpec(collection="cases", search="78 harb")
    lines["... and the page of the search after it"] = ms(feed.page, searched)
    same = Map(every.items())
    lines["a refresh with the same rows"] = ms(feed.refresh, "cases", same, START)
    lines["every clock runs out"] = ms(feed.tick, later(START, 9_000))
    assert feed.version.number > 2
    print(f"\n{rows} rows")
    for name, spent in lines.items():
        print(f"{name:>44} {spent:>9.2f} ms")
    print(json.dumps({"bench": f"feed.views.{rows}", **{k: round(v, 3) for k, v in lines.items()}}))


@pytest.mark.parametrize("rows", [10_000, 100_000])
def test_what_a_row_takes_of_memory(rows):
    items = Map((f"case-{n:06}", case(n)) for n in range(rows))
    feed = ChangeFeed("bench")
    feed.add(CASES)
    gc.collect()
    tracemalloc.start()
    lines, before = [], 0
    try:
        for name, act in (
            ("the row", lambda: feed.refresh("cases", items, START)),
            ("each order in use", lambda: feed.page(ViewSpec(collection="cases"))),
            (
                "each filter in use",
                lambda: feed.page(ViewSpec(collection="cases", filters=(("kind", "loitering"),))),
            ),
            (
                "text, once searched",
                lambda: feed.page(ViewSpec(collection="cases", search="77 harb")),
            ),
        ):
            act()
            gc.collect()
            now = tracemalloc.get_traced_memory()[0]
            lines.append((name, (now - before) / rows))
            before = now
    finally:
        tracemalloc.stop()
    print(f"\n{rows} rows, bytes a row")
    for name, size in lines:
        print(f"{name:>24} {size:>8.0f}")


@pytest.mark.parametrize("rows", [10_000, 100_000])
def test_ten_watchers_at_five_changes_a_second(rows):
    """As it runs: on an event loop, in real time; the process's own seconds of a core."""
    seconds, watchers = 8, 10

    async def whole():
        feed, items = feed_of(rows)
        counts = [0] * watchers

        async def watch(n):
            specs = {"list": spec(n, shared=False)}
            async for _ in feed.watch(specs, interval_s=0.2, idle_s=4.0):
                counts[n] += 1

        watching = [asyncio.create_task(watch(n)) for n in range(watchers)]
        await asyncio.sleep(0.5)
        keys = sorted(items)
        began, spent = time.perf_counter(), time.process_time()
        for n in range(seconds * A_SECOND):
            key = keys[n * 7919 % rows]
            items = items.set(key, replace(items[key], priority=200_000.0 + n))
            feed.refresh("cases", items, later(START, n / A_SECOND))
            await asyncio.sleep(began + (n + 1) / A_SECOND - time.perf_counter())
        share = (time.process_time() - spent) / (time.perf_counter() - began)
        feed.close()
        await asyncio.gather(*watching)
        return share, counts

    share, counts = asyncio.run(whole())
    print(f"\n{rows} rows, {watchers} other watchers, {A_SECOND} changes/s: {share:.1%} of a core")
    print(f"frames of each: {counts}; goal at 10,000 rows: {GOAL_CORE:.0%}")
    print(json.dumps({"bench": f"feed.watchers.{rows}", "core": round(share, 4)}))
    assert max(counts) > 1
