"""One turn of the agent after another: inputs come in, the core decides, what is to be said goes into the outbox, the link sends. No thread, no wait.

Whoever calls says when; `turn` returns when it wants to be called next at the latest. `mind.Mind` puts a thread and an inbox around it, the simulator
drives the very same class on virtual time.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from citybrain.clock import SECOND_US, Clock, Instant, Timestamp
from citybrain.domain.agent import AgentStatus
from citybrain.domain.event import Event
from street_agent.core import decide
from street_agent.core.decide import AgentState
from street_agent.core.inputs import AskedToLook, Input, Looked, Sensed, Ticked
from street_agent.core.setup import AgentSetup
from street_agent.diary.port import Diary
from street_agent.limits import STATUS_EVERY_S, TICK_S
from street_agent.link.uplink import Acked, Connected, Mail, News, Uplink
from street_agent.outbox.holding import HELD_DRAFTS, Holding
from street_agent.outbox.port import Draft, Requests

log = logging.getLogger(__name__)

UNKNOWN = Timestamp(0)  # when time alone will next bring something to say must be found out anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often, though nothing comes in. The core's own deadlines are kept to the microsecond whatever stands here, as long as node time is not stepped:
    `tick_s` bounds how late a deadline is noticed that a step of the wall clock brought nearer, and how often a full disk is tried again."""

    tick_s: float = TICK_S
    status_s: float = STATUS_EVERY_S


class Meters(Protocol):
    """Who counts what happens."""

    def looked(self, age_s: float) -> None: ...

    def said(self, drafts: Sequence[Draft], at: Timestamp) -> None: ...


class Reports(Protocol):
    """Who knows what the agent says of itself."""

    def status(
        self, state: AgentState, at: Timestamp, now: Instant, *, online: bool
    ) -> AgentStatus: ...


class Turns:
    """The agent's life: `begin`, then `turn` after `turn`, then `goodbye`. All from one thread; nothing here needs a lock."""

    def __init__(
        self,
        *,
        setup: AgentSetup,
        outbox: Holding,
        requests: Requests,
        clock: Clock,
        diary: Diary,
        meters: Meters,
        pace: Pace = Pace(),
    ) -> None:
        self._setup, self._outbox, self._requests, self._clock = setup, outbox, requests, clock
        self._diary, self._meters, self._pace = diary, meters, pace
        past = diary.read(outbox.stats().next_seq)
        self._is_first_life = past is None
        if past is not None:
            clock.not_before(
                Timestamp(past.alive_at + 1)
            )  # the wall clock may have been set back: this run began after that one all the same
        at = clock.now()
        self._state, self._first_words = decide.begin(
            setup,
            at,
            last_alive=past.alive_at if past else None,
            open_episodes=past.episodes if past else (),
        )
        self._due: Timestamp | None = UNKNOWN

    @property
    def state(self) -> AgentState:
        """Frozen: safe to read from any thread."""
        return self._state

    def begin(self, uplink: Uplink, reporter: Reports) -> None:
        """Say what the start itself has to say, and take up what the district asked for before."""
        self._uplink, self._reporter = uplink, reporter
        if self._is_first_life:
            self._note(
                self._clock.now()
            )  # before: once it was said that this life began, the next one must know of it
        self._keep(self._first_words)
        self._note(
            self._clock.now()
        )  # in any other life not before: how long nobody looked is known from the old page only, until it is in the outbox
        for request in self._requests.open_requests():
            self._keep(self._decide(AskedToLook(request=request, at=self._clock.now())))
        self._next_tick = self._next_status = self._clock.instant()

    def turn(self, items: Sequence[Input | News]) -> Instant:
        """Take `items` and do what is due; when to call again at the latest."""
        drafts = [draft for item in items for draft in self._take(item)]
        now, at = self._clock.instant(), self._clock.now()
        if now >= self._next_tick or self._is_due(at):
            self._next_tick = _after(now, self._pace.tick_s)
            drafts.extend(self._decide(Ticked(at=at)))
        if self._diary.is_due(at) or any(
            isinstance(draft, Event) for draft in drafts
        ):  # nothing else begins or ends an episode
            self._note(at)
        self._keep(drafts)
        send_at = self._uplink.step(self._clock.instant(), at)
        if now >= self._next_status:
            self._next_status = _after(now, self._pace.status_s)
            self._report(at, now)
        wake = min(self._next_tick, self._next_status)
        return self._sooner(wake if send_at is None else min(wake, send_at), now, at)

    def goodbye(self) -> None:
        """The last words of an orderly end."""
        now, at = self._clock.instant(), self._clock.now()
        self._uplink.step(now, at)
        self._uplink.say(self._reporter.status(self._state, at, now, online=False))
        self._note(at, force=True)

    def _take(self, item: Input | News) -> Sequence[Draft]:
        if isinstance(item, Connected | Acked | Mail):
            at = self._clock.now()
            asked = self._uplink.take(item, self._clock.instant())
            if isinstance(item, Connected):
                self._report(at, self._clock.instant())
            return [
                draft
                for request in asked
                for draft in self._decide(AskedToLook(request=request, at=at))
            ]
        if isinstance(item, Looked):
            self._meters.looked((self._clock.now() - item.captured_at) / SECOND_US)
        return self._decide(item)

    def _decide(self, input: Input) -> Sequence[Draft]:
        self._state, drafts = decide.decide(self._setup, self._state, input)
        if drafts or not isinstance(input, Looked | Sensed):  # those only put deadlines off
            self._due = UNKNOWN
        return drafts

    def _is_due(self, at: Timestamp) -> bool:
        """Whether time alone brings something to say."""
        if self._due is not None and at >= self._due:
            self._due = decide.due_at(self._setup, self._state)
        return self._due is not None and at >= self._due

    def _sooner(self, wake: Instant, now: Instant, at: Timestamp) -> Instant:
        """`wake`, or the core's next deadline when that comes before. It is found out only when it may: with many sources that takes a while."""
        if self._due is not None and self._due - at < wake - now:
            self._due = decide.due_at(self._setup, self._state)
        return wake if self._due is None else Instant(min(wake, now + max(0, self._due - at)))

    def _keep(self, drafts: Sequence[Draft]) -> None:
        held = self._outbox.held
        if drafts or held:
            self._outbox.put(drafts)
            self._meters.said(drafts, self._clock.now())
            if not held and self._outbox.held:
                log.error(
                    "the disk is full: what is said waits in memory (at most %d items) and is not sent; free some space",
                    HELD_DRAFTS.value,
                )
            elif held and not self._outbox.held:
                log.warning(
                    "the disk has room again: what waited is in the outbox, and what did not fit in memory is declared"
                )

    def _note(self, at: Timestamp, *, force: bool = False) -> None:
        self._diary.note(
            at,
            decide.open_episodes(self._setup, self._state),
            self._outbox.stats().next_seq,
            force=force,
        )

    def _report(self, at: Timestamp, now: Instant) -> None:
        if self._uplink.is_connected:
            self._uplink.say(self._reporter.status(self._state, at, now, online=True))


def _after(now: Instant, seconds: float) -> Instant:
    return Instant(now + round(seconds * SECOND_US))
