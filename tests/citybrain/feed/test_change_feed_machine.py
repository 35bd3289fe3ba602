"""Whatever happens to a list, and whoever comes back from wherever: a page and the differences
after it give exactly the window that the definition gives."""

import pytest
from feed_tickets import START, TICKETS, Ticket, view, window_of
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from immutables import Map

from citybrain.clock import Timestamp, later
from citybrain.feed.change_feed import ChangeFeed
from citybrain.feed.update import Delta, Page, Version, apply, parse_version

KEYS = st.sampled_from([f"t{n}" for n in range(12)])
TICKET = st.builds(
    Ticket,
    title=st.sampled_from(["Lift stuck", "lift empty", "Strasse", "STRAßE", "积水", ""]),
    kind=st.sampled_from(["lift", "water"]),
    rank=st.integers(0, 3),
    clocks=st.lists(st.integers(0, 40), max_size=3).map(
        lambda seconds: tuple(later(START, second) for second in seconds)
    ),
)
FILTER = st.tuples(st.just("kind"), st.sampled_from(["lift", "water", "other"])) | st.tuples(
    st.just("rank_below"), st.sampled_from(["1", "2", "9"])
)
SPEC = st.just(view(limit=3)) | st.builds(
    view,
    filters=st.lists(FILTER, max_size=3).map(tuple),
    search=st.sampled_from(["", "LIFT", "strasse", "积", "lift water"]),
    order_by=st.sampled_from(["", "-", "urgency", "-urgency", "title", "-title"]),
    offset=st.integers(0, 6),
    limit=st.integers(1, 6),
)


class Reader:
    """A client: knows a page, and what the text of its version was."""

    def __init__(self, spec):
        self.spec, self.page = spec, None

    @property
    def since(self):
        return self.page and parse_version(str(self.page.version))

    def take(self, update):
        if isinstance(update, Page):
            self.page = update
        elif isinstance(update, Delta):
            assert not set(update.removed) & {key for _, key in update.placed}
            assert (update.removed, update.placed, update.changed, update.total) != (
                (),
                (),
                (),
                self.page.total,
            ), "an empty difference"
            self.page = apply(self.page, update)


class FeedMachine(RuleBasedStateMachine):
    """`readers` ask now and then; `streams` are asked for frames."""

    def __init__(self):
        super().__init__()
        self.now, self.lives, self.items = START, 0, Map()
        self.readers, self.streams = [], []
        self._begin()

    def _begin(self):
        self.lives += 1
        self.feed = ChangeFeed(f"life-{self.lives}")
        self.feed.add(TICKETS)
        self.feed.refresh("tickets", self.items, self.now)

    @rule(
        puts=st.dictionaries(KEYS, TICKET, max_size=4),
        drops=st.sets(KEYS, max_size=2),
        is_hinted=st.booleans(),
    )
    def change(self, puts, drops, is_hinted):
        before, items = self.feed.version, self.items.update(puts)
        for key in sorted(drops):
            items = items.delete(key) if key in items else items
        is_another = dict(items) != dict(self.items)
        self.items = items
        touched = {*puts, *drops} if is_hinted else None
        self.feed.refresh("tickets", items, self.now, touched=touched)
        assert self.feed.version.number > before.number or not is_another

    @rule()
    def refresh_with_the_same_rows(self):
        self.feed.tick(self.now)
        before = self.feed.version
        self.feed.refresh("tickets", Map(self.items.items()), self.now)
        assert self.feed.version == before

    @rule(seconds=st.sampled_from([0, 1, 5, 20, 61]))
    def let_time_pass(self, seconds):
        self.now = later(self.now, seconds)
        expected = self.feed.next_tick_at()
        has_changed = self.feed.tick(self.now)
        assert not has_changed or expected <= self.now

    @rule(spec=SPEC)
    def open_a_reader(self, spec):
        self.readers.append(Reader(spec))

    @precondition(lambda self: self.readers)
    @rule(which=st.integers(0, 99))
    def read(self, which):
        reader = self.readers[which % len(self.readers)]
        reader.take(self.feed.changes(reader.spec, reader.since))
        self._check(reader)

    @rule(specs=st.dictionaries(st.sampled_from("abc"), SPEC, max_size=3))
    def open_a_stream(self, specs):
        readers = {name: Reader(spec) for name, spec in specs.items()}
        self.streams.append((self.feed._stream(specs, None), readers))

    @precondition(lambda self: self.streams)
    @rule(which=st.integers(0, 99), breaks=st.booleans())
    def take_a_frame(self, which, breaks):
        """`breaks`: the connection ends, and the client comes back with the newest version."""
        at = which % len(self.streams)
        stream, readers = self.streams[at]
        frame = stream.frame(self.feed.version, self.feed.now)
        assert {update.version for _, update in frame} <= {self.feed.version}
        for name, update in frame:
            readers[name].take(update)
        for reader in readers.values():
            self._check(reader)
        if breaks:
            stream.close(self.now)
            since = max(
                (reader.since for reader in readers.values()),
                key=lambda version: version.number,
                default=None,
            )
            specs = {name: reader.spec for name, reader in readers.items()}
            self.streams[at] = (self.feed._stream(specs, since), readers)

    @precondition(lambda self: self.readers)
    @rule(which=st.integers(0, 99), number=st.integers(-3, 200))
    def invent_a_version(self, which, number):
        """A version that was never given for this view leads to a page, or to something that the
        server knows; never to an error."""
        reader = self.readers[which % len(self.readers)]
        since = Version(epoch=self.feed.version.epoch, number=self.feed.version.number + number)
        if since.number > self.feed.version.number:
            assert isinstance(self.feed.changes(reader.spec, since), Page)

    @rule()
    def restart(self):
        for _, readers in self.streams:
            self.readers += readers.values()
        self.streams = []
        self._begin()

    def _check(self, reader):
        total, rows = window_of(dict(self.items), reader.spec, self.feed.now)
        assert (reader.page.total, reader.page.rows) == (total, rows)
        assert reader.page.offset == reader.spec.offset
        assert self.feed.page(reader.spec).rows == rows

    def teardown(self):
        for stream, _ in self.streams:
            stream.close(self.now)
        self.feed.tick(later(Timestamp(self.now), 61))
        assert self.feed.views == 0
        assert self.feed._tables["tickets"]._orderings == {}


@pytest.mark.slow
def test_a_page_and_its_differences_give_the_window_after_any_history():
    run_state_machine_as_test(
        FeedMachine,
        settings=settings(
            max_examples=400,
            stateful_step_count=60,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_page_and_its_differences_give_the_window_after_many_histories():
    run_state_machine_as_test(
        FeedMachine,
        settings=settings(max_examples=40, stateful_step_count=40, deadline=None),
    )
