"""The agent's turns without a thread: driven by hand on virtual time, with stores that can be struck."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain import canonical_json
from citybrain.bus import topics
from citybrain.bus.memory import MemoryBroker
from citybrain.clock import SECOND_US, Instant, Timestamp
from citybrain.domain.agent import Ack, RequestBatch
from citybrain.domain.event import VerificationRequest, VisibilityInterval
from citybrain.errors import StoreFullError
from citybrain.ids import CountingIds
from citybrain.journal.memory import Boundary, Crashed
from citybrain.vocabulary import Phase, VerificationVerdict, Visibility
from citybrain.wire.agent import decode_agent_status
from street_agent.capture.port import Tally
from street_agent.core.camera import NOT_LOOKED_AT, UNLOOKED_S
from street_agent.core.inputs import Sensed, SightSeen
from street_agent.core.sensor import SILENT
from street_agent.diary.memory import MemoryDiary
from street_agent.eyes import Eye
from street_agent.health.ledger import AGENT_DOWN
from street_agent.link.uplink import Acked, Connected, Mail, Uplink
from street_agent.outbox.holding import Holding
from street_agent.outbox.memory import MemoryOutbox
from street_agent.outbox.port import Lane
from street_agent.status import Reporter
from street_agent.turn import Pace, Turns

BEGIN = 1_000_000 * SECOND_US


@dataclass
class Time:
    """Node time and monotonic time as one number."""

    at: int = BEGIN

    def now(self):
        return Timestamp(self.at)

    def instant(self):
        return Instant(self.at)

    def not_before(self, at):
        self.at = max(self.at, at)


class Counts:
    def looked(self, age_s):
        pass

    def said(self, drafts, at):
        pass


@dataclass
class StillCamera:
    """What a status asks of a camera."""

    source: str

    def tally(self):
        return Tally()


@dataclass
class Agent:
    """One agent over its lives: outbox and diary stay, the rest goes."""

    setup: object
    pace: Pace = field(default_factory=Pace)
    time: Time = field(default_factory=Time)
    outbox: MemoryOutbox = field(default_factory=lambda: MemoryOutbox(ids=CountingIds()))
    diary: MemoryDiary = field(default_factory=MemoryDiary)
    broker: MemoryBroker = field(default_factory=MemoryBroker)
    heard: list = field(default_factory=list)
    turns_taken: int = 0

    def __post_init__(self):
        district = self.broker.client("district")
        district.subscribe(
            topics.all_agents("riverside", topics.STATUS),
            lambda message: self.heard.append(decode_agent_status(message.payload)),
        )
        district.start()

    def start(self):
        holding = Holding(self.outbox)
        self.inbox = []
        self.turns = Turns(
            setup=self.setup,
            outbox=holding,
            requests=self.outbox,
            clock=self.time,
            diary=self.diary,
            meters=Counts(),
            pace=self.pace,
        )
        bus = self.broker.client("agent")
        self.uplink = Uplink(
            agent="box-1",
            district="riverside",
            bus=bus,
            outbox=holding,
            requests=self.outbox,
            tell=self.inbox.append,
        )
        self.uplink.start()
        eyes = tuple(
            Eye(camera=StillCamera(source=name), model="tiny", detect_fps=5.0)
            for name in self.setup.cameras
        )
        reporter = Reporter(setup=self.setup, eyes=eyes, version="1", stats=holding.stats)
        self.turns.begin(self.uplink, reporter)
        self.wake = self.time.at
        return self

    def crash(self):
        self.broker.vanish("agent")
        self.outbox, self.diary = self.outbox.crash(), self.diary.crash()
        return self

    def live_until(self, at, items=()):
        """Take every turn that is wished until `at`, and there one with `items`."""
        while self.wake < at:
            self.time.at = max(self.wake, self.time.at)
            self.turn(())
        self.time.at = at
        return self.turn(items)

    def turn(self, items):
        self.broker.deliver()
        waiting, self.inbox[:] = [*self.inbox], []
        self.wake = self.turns.turn([*waiting, *items])
        assert self.wake >= self.time.at
        self.turns_taken += 1
        return self

    def wait(self, seconds, *items):
        return self.live_until(self.time.at + round(seconds * SECOND_US), items)

    def sense(self, value, after_s=1.0):
        at = self.time.at + round(after_s * SECOND_US)
        return self.live_until(
            at, (Sensed(source="level-1", at=Timestamp(at), value=value, traceparent="t"),)
        )

    def said(self):
        rows = [
            row
            for rank in range(6)
            for row in self.outbox.pending(Lane(rank=rank, after=0, before=2**60), 10_000)
        ]
        return [row.said for row in sorted(rows, key=lambda row: row.said.seq)]

    def of(self, name):
        return [getattr(said, name) for said in self.said() if getattr(said, name) is not None]

    def events(self):
        return [event.phase for event in self.of("event")]


@pytest.fixture
def setup(config):
    return config(camera=[]).setup({})


@pytest.fixture
def agent(setup):
    return Agent(setup)


def asked(deadline, request="q1", quiet_s=3.0, source="level-1", rule="high"):
    return VerificationRequest(
        request=request,
        incident="i1",
        source=source,
        rule=rule,
        quiet_s=quiet_s,
        deadline=Timestamp(deadline),
    )


def test_what_is_seen_is_in_the_outbox_at_the_end_of_the_turn_and_leaves_in_it(agent):
    agent.start().wait(0.1)
    agent.sense(0.5).sense(1.5)
    assert agent.events() == [Phase.START]
    assert agent.uplink.is_connected


def test_a_resting_agent_is_called_for_its_status_and_nothing_else_when_ticks_are_rare(setup):
    agent = Agent(setup, pace=Pace(tick_s=60.0, status_s=20.0)).start()
    agent.wait(0.1)
    agent.sense(0.5)
    agent.turn((Acked(ack=Ack(incarnation=agent.outbox.incarnation, contiguous=99)),))
    before = agent.turns_taken
    agent.sense(0.6, after_s=9.0)
    assert agent.turns_taken == before + 1


def test_silence_is_noticed_to_the_microsecond_however_rare_ticks_are(setup):
    agent = Agent(setup, pace=Pace(tick_s=60.0, status_s=60.0)).start()
    agent.sense(0.5)
    stale = agent.time.at + round(setup.sensors["level-1"].stale_s * SECOND_US)
    agent.live_until(stale)
    assert agent.of("visibility")[-1].visibility is Visibility.OBSERVED
    assert agent.wake == stale + 1
    agent.live_until(stale + 1)
    assert agent.of("visibility")[-1].reason == SILENT


def test_a_request_is_answered_at_its_deadline_however_rare_ticks_are(setup):
    agent = Agent(setup, pace=Pace(tick_s=60.0, status_s=60.0)).start()
    agent.sense(1.5)
    deadline = agent.time.at + 4 * SECOND_US
    agent.turn((Mail(asked=RequestBatch(epoch="e", first=1, requests=(asked(deadline),))),))
    agent.live_until(deadline - 1)
    assert agent.of("verification") == []
    agent.live_until(deadline)
    assert [(answer.verdict, answer.answered_at) for answer in agent.of("verification")] == [
        (VerificationVerdict.CANNOT, deadline)
    ]


def test_a_request_of_an_earlier_life_is_taken_up_again(agent):
    agent.start().sense(1.5)
    agent.turn(
        (
            Mail(
                asked=RequestBatch(
                    epoch="e", first=1, requests=(asked(agent.time.at + 9 * SECOND_US),)
                )
            ),
        )
    )
    agent.crash().start()
    for _ in range(10):
        agent.sense(1.5)
    assert [answer.verdict for answer in agent.of("verification")] == [VerificationVerdict.STILL]


def test_an_acknowledgement_takes_out_what_was_said(agent):
    agent.start().sense(0.5)
    assert agent.said()
    agent.turn((Acked(ack=Ack(incarnation=agent.outbox.incarnation, contiguous=99)),))
    assert agent.said() == []


def test_it_says_that_it_lives_and_that_it_ends(agent):
    agent.start().wait(5.0)
    agent.broker.deliver()
    assert len(agent.heard) >= 5 and all(status.online for status in agent.heard)
    agent.turns.goodbye()
    agent.broker.deliver()
    assert not agent.heard[-1].online


def test_what_did_not_fit_on_the_disk_is_tried_again_without_news(setup):
    agent = Agent(setup, pace=Pace(tick_s=2.0)).start()
    agent.sense(0.5)
    full = [True]

    def strike(boundary):
        if full[0] and boundary is Boundary.BEFORE:
            raise StoreFullError("the disk is full")

    agent.outbox.faults = strike
    agent.sense(1.5)
    assert agent.events() == []
    full[0] = False
    agent.wait(3.0)
    assert agent.events() == [Phase.START]


@pytest.mark.parametrize("store", ["outbox", "diary"])
@pytest.mark.parametrize("boundary", list(Boundary))
def test_an_episode_is_one_episode_wherever_the_agent_died_at_its_start(agent, store, boundary):
    agent.start().sense(0.5)
    strike_once(getattr(agent, store), boundary)
    with pytest.raises(Crashed):
        agent.sense(1.5)
    agent.crash().start()
    for value in (1.5, 1.5, 0.5, 0.5, 0.5):
        agent.sense(value)
    assert agent.events() == [Phase.START, Phase.END]
    assert len({event.episode for event in agent.of("event")}) == 1


@pytest.mark.parametrize("store", ["outbox", "diary"])
@pytest.mark.parametrize("boundary", list(Boundary))
def test_an_episode_has_one_end_wherever_the_agent_died_at_it(agent, store, boundary):
    agent.start().sense(1.5)
    agent.sense(0.5).sense(0.5)
    strike_once(getattr(agent, store), boundary)
    with pytest.raises(Crashed):
        for _ in range(60):
            agent.sense(0.5)
    agent.crash().start()
    for _ in range(5):
        agent.sense(0.5)
    assert agent.events() == [Phase.START, Phase.END]


@pytest.mark.parametrize("store", ["outbox", "diary"])
@pytest.mark.parametrize("boundary", list(Boundary))
def test_the_time_between_two_lives_is_declared_wherever_the_second_one_died_at_its_start(
    agent, store, boundary
):
    agent.start().sense(0.5)
    last_alive = agent.time.at - SECOND_US
    agent.crash()
    agent.time.at += 60 * SECOND_US
    strike_once(getattr(agent, store), boundary)
    with pytest.raises(Crashed):
        agent.start()
    agent.crash()
    agent.time.at += 60 * SECOND_US
    agent.start()
    down = [visibility for visibility in agent.of("visibility") if visibility.reason == AGENT_DOWN]
    assert (
        min(visibility.since for visibility in down),
        max(visibility.until for visibility in down),
    ) == (
        last_alive,
        agent.time.at,
    )
    assert (
        sum(visibility.until - visibility.since for visibility in down)
        >= agent.time.at - last_alive
    )


@pytest.mark.parametrize("store", ["outbox", "diary"])
@pytest.mark.parametrize("boundary", list(Boundary))
def test_no_time_is_left_out_wherever_the_first_life_of_all_died_at_its_start(
    agent, store, boundary
):
    """From what was said of its beginning on; where nothing was said there is no time yet."""
    strike_once(getattr(agent, store), boundary)
    with pytest.raises(Crashed):
        agent.start()
    agent.crash()
    spoken = [visibility.since for visibility in agent.of("visibility")]
    agent.time.at += 60 * SECOND_US
    agent.start()
    down = [
        (visibility.since, visibility.until)
        for visibility in agent.of("visibility")
        if visibility.reason == AGENT_DOWN
    ]
    if spoken:
        assert down == [(min(spoken), agent.time.at)]


def test_a_clock_that_was_set_back_over_a_restart_leaves_no_time_undeclared(agent):
    agent.start().sense(0.5)
    began = agent.time.at
    agent.wait(30.0)
    agent.crash()
    agent.time.at = began - 60 * SECOND_US
    agent.start()
    (down,) = [
        visibility for visibility in agent.of("visibility") if visibility.reason == AGENT_DOWN
    ]
    starts = [
        visibility.since
        for visibility in agent.of("visibility")
        if visibility.reason == "starting" and visibility.until is None
    ]
    assert began < down.since < down.until == starts[-1], (
        "the second run begins after the first, by the node's own time"
    )


def strike_once(store, where):
    def strike(boundary):
        if boundary is where:
            store.faults = None
            raise Crashed

    store.faults = strike


STEPS = st.one_of(
    st.tuples(st.just("look"), st.integers(0, 3)),
    st.tuples(st.just("sense"), st.sampled_from([0.5, 1.1, 1.5, 99.0])),
    st.tuples(
        st.just("ask"),
        st.sampled_from([("level-1", "high"), ("cam-1", "crowd"), ("cam-1", "none")]),
    ),
    st.tuples(
        st.just("eyes"),
        st.sampled_from(
            [(Visibility.OBSERVED, ""), (Visibility.DEGRADED, "dark"), (Visibility.BLIND, "black")]
        ),
    ),
)
SCRIPTS = st.lists(
    st.tuples(st.integers(1, 120).map(lambda tenths: tenths * SECOND_US // 10 + 7), STEPS),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(script=SCRIPTS)
def test_rare_ticks_give_the_same_answers_as_frequent_ones(a_setup, looks, script):
    told = [
        play(Agent(a_setup, pace=Pace(tick_s=tick_s, status_s=60.0)).start(), looks, script)
        for tick_s in (0.5, 60.0)
    ]
    assert told[0] == told[1]


def play(agent, looks, script):
    agent.turn(
        (
            SightSeen(
                source="cam-1",
                visibility=Visibility.OBSERVED,
                reason="",
                since=Timestamp(agent.time.at),
                at=Timestamp(agent.time.at),
            ),
        )
    )
    for number, (after_us, (what, value)) in enumerate(script):
        at = Timestamp(agent.time.at + after_us)
        agent.live_until(at, (an_input(looks, what, value, at, number),))
    agent.wait(60.0)
    return [canonical_json.encode(said) for said in agent.said()]


def an_input(looks, what, value, at, number):
    match what:
        case "look":
            return looks(value, at)
        case "sense":
            return Sensed(source="level-1", at=at, value=value, traceparent="t")
        case "eyes":
            return SightSeen(
                source="cam-1",
                visibility=value[0],
                reason=value[1],
                since=Timestamp(at - SECOND_US // 5),
                at=at,
            )
    source, rule = value
    request = asked(at + 8 * SECOND_US, request=f"q{number}", source=source, rule=rule)
    return Mail(asked=RequestBatch(epoch="e", first=number + 1, requests=(request,)))


@pytest.fixture(scope="module")
def a_setup(config_maker):
    return config_maker(sensor=[{**SENSOR, "range": [-10.0, 10.0]}]).setup({"tiny": 0.3})


SENSOR = {
    "id": "level-1",
    "source": "x.csv",
    "place": {"lat": 30.66, "lon": 104.06},
    "rule": [
        {
            "id": "high",
            "incident_kind": "waterlogging",
            "severity": "Severe",
            "above": 1.2,
            "below": 1.0,
            "clear_s": 2.0,
        }
    ],
}


def test_a_camera_that_nobody_looks_at_is_blind_to_the_microsecond(a_setup, looks):
    agent = Agent(a_setup, pace=Pace(tick_s=60.0, status_s=60.0)).start()
    play(agent, looks, [])
    blind = [said for said in agent.of("visibility") if said.reason == NOT_LOOKED_AT]
    assert isinstance(blind[0], VisibilityInterval) and blind[0].since == BEGIN
    agent.wait(1.0, looks(0, Timestamp(agent.time.at + SECOND_US)))
    agent.live_until(agent.time.at + round(UNLOOKED_S * SECOND_US))
    assert agent.of("visibility")[-1].visibility is Visibility.OBSERVED
    agent.live_until(agent.time.at + 1)
    assert agent.of("visibility")[-1].reason == NOT_LOOKED_AT


def test_news_of_a_connection_is_answered_by_a_status_at_once(setup):
    agent = Agent(setup, pace=Pace(tick_s=60.0, status_s=60.0)).start()
    agent.wait(1.0)
    agent.wait(1.0, Connected())
    agent.broker.deliver()
    assert agent.heard[-1].at == agent.time.at
