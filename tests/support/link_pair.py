"""Two ends of a link over a network that a test moves by hand: production's exchange at each end, a
journal with a queue before it, and connections that lose, repeat and fall behind each other.

A letter's payload says what becomes of it: `unreadable`, `undecidable` and `unsendable` ones can
never be journaled.
"""

from collections import deque
from dataclasses import dataclass, field

from citybrain.clock import ManualClock
from citybrain.errors import CityBrainError
from citybrain.geo import Point
from citybrain.link.effects import (
    ConfirmGreeting,
    DiscardLetters,
    JournalGap,
    JournalLetter,
    JournalRefusal,
    PeerLost,
    PeerReturned,
)
from citybrain.link.exchange import Start, opened
from citybrain.link.frames import Hello, Welcome
from citybrain.link.liveness import ClockReading
from citybrain.link.outbound import Sendable, Unsendable, Withdrawn
from citybrain.link.resume import Positions, ResumeDecision, Resumption, negotiate, positions_of
from citybrain.link.role import Role
from citybrain.link.stages import LinkStage

UNREADABLE, UNDECIDABLE, UNSENDABLE = b"unreadable", b"undecidable", b"unsendable"


@dataclass
class Node:
    """One end's process and store. What is `durable` outlives a crash."""

    role: Role
    clock: ManualClock
    epoch: str
    log: list[bytes] = field(default_factory=list)  # durable: own letters, position = index + 1
    discarded: int = 0
    discarded_before: int | None = None  # durable: … when the two stores met
    peer_epoch: str | None = None  # durable
    taken: list[tuple[int, bytes | None]] = field(default_factory=list)  # durable; None: a gap
    refused: dict[int, str] = field(default_factory=dict)  # durable: own letters that were
    queue: deque = field(default_factory=deque)
    ends: list["End"] = field(default_factory=list)  # of streams; the newest is the last
    presence: list = field(default_factory=list)

    @property
    def journaled(self) -> int:
        return self.taken[-1][0] if self.taken else 0

    @property
    def next_position(self) -> int:
        return len(self.log) + 1

    @property
    def positions(self) -> Positions:
        return Positions(
            epoch=self.epoch,
            next=self.next_position,
            discarded=self.discarded,
            discarded_before=self.discarded_before,
            peer_epoch=self.peer_epoch,
            journaled=self.journaled,
        )

    def post(self, payload: bytes) -> None:
        """A letter of its own, committed."""
        self.log.append(payload)
        self.wake()

    def open(self) -> "End":
        hello = None
        if self.role.opens:
            hello = Hello(
                district="north",
                name="North",
                centre=Point(lat=30.6, lon=104.0),
                epoch=self.epoch,
                session=0,
                up_next=self.next_position,
                down_acked=self.journaled,
                city_epoch=self.peer_epoch,
            )
        self.ends.append(End(self, hello))
        return self.ends[-1]

    def commit(self, count: int = 1_000) -> None:
        """One transaction of at most so many inputs, then their answers."""
        for _ in range(min(count, len(self.queue))):
            end, effect = self.queue.popleft()
            self._take(end, effect)
        self.wake()

    def fill_disk(self, count: int = 1_000) -> None:
        """So many inputs find no room."""
        for _ in range(min(count, len(self.queue))):
            end, _ = self.queue.popleft()
            end.end("the disk is full")

    def crash(self) -> None:
        """The process dies and starts again; its machine says nothing to anybody."""
        self.queue.clear()
        for end in self.ends:
            end.is_dead = True
        self.ends = []

    def supersede(self, newer: "End") -> None:
        for end in self.ends:
            if end is not newer:
                end.end("superseded")

    def wake(self) -> None:
        for end in self.ends:
            end.committed()

    def _take(self, end: "End", effect: object) -> None:
        match effect:
            case JournalLetter() as letter:
                if letter.position <= self.journaled:
                    return
                if letter.after > self.journaled:
                    end.out_of_order(letter)
                elif letter.payload.startswith(UNDECIDABLE):
                    end.reject(letter, "undecidable")
                else:
                    self.taken.append((letter.position, letter.payload))
            case JournalGap() as gap:
                if gap.after > self.journaled:
                    end.out_of_order(gap)
                elif gap.position > self.journaled:
                    self.taken.append((gap.position, None))
            case JournalRefusal() as refusal:
                self.refused.setdefault(refusal.position, refusal.reason)
                end.apply(lambda link: link.on_withdrawn(refusal.position))
            case (Hello() | Welcome() as greeting, Resumption() as resumption):
                if self.peer_epoch != greeting.epoch:
                    self.peer_epoch, self.taken = greeting.epoch, []
                    self.discarded_before = end.positions.discarded
                end.confirm(resumption)


class End:
    """One end of one stream, and what its driver does with effects."""

    def __init__(self, node: Node, hello: Hello | None) -> None:
        self.node, self.hello = node, hello
        self.positions = node.positions  # as the hello says
        self.frames: deque = deque()  # to be put on the wire
        self.is_dead = False
        self.error: str = ""
        step = opened(node.role, self.now, hello)
        self.link = step.exchange
        self.frames.extend(step.frames)

    @property
    def now(self) -> ClockReading:
        return ClockReading(instant=self.node.clock.instant(), at=self.node.clock.now())

    @property
    def is_over(self) -> bool:
        return self.is_dead or self.link.stage is LinkStage.ENDED

    @property
    def can_receive(self) -> bool:
        """While its peer's greeting is being journaled it reads on."""
        return not self.is_over and self.link.stage is not LinkStage.CONFIRMING

    def receive(self, frame: object) -> None:
        self.apply(lambda link: link.on_frame(frame, self.now))

    def tick(self) -> None:
        self.apply(lambda link: link.on_tick(self.now))

    def committed(self) -> None:
        if self.link.stage is LinkStage.ESTABLISHED:
            node = self.node
            self.apply(lambda link: link.on_committed(node.journaled, node.next_position))

    def reject(self, letter: JournalLetter, reason: str) -> None:
        self.apply(
            lambda link: link.on_rejected(
                position=letter.position, after=letter.after, round_=letter.round, reason=reason
            )
        )

    def out_of_order(self, letter: JournalLetter | JournalGap) -> None:
        self.apply(lambda link: link.on_out_of_order(position=letter.position, round_=letter.round))

    def end(self, reason: str) -> None:
        if not self.is_over:
            self.error = reason
            self.link = self.link.on_end(reason).exchange

    def apply(self, event) -> None:
        if self.is_over:
            return
        before = self.link
        try:
            step = event(self.link)
        except CityBrainError as error:
            assert self.link == before
            self.end(str(error))
            return
        self.link = step.exchange
        self.frames.extend(step.frames)
        for effect in step.effects:
            self._do(effect)
        self._send_letters()

    def confirm(self, resumption: Resumption) -> None:
        if self.is_over:
            return
        node = self.node
        start = Start(
            send_after=resumption.send_after,
            journaled=node.journaled,
            acknowledged=node.journaled if self.hello is None else resumption.take_after,
            next_position=node.next_position,
            welcome=None if self.hello is not None else self._welcome(),
        )
        self.apply(lambda link: link.on_confirmed(start, self.now))

    def _welcome(self) -> Welcome:
        node = self.node
        return Welcome(
            epoch=node.epoch,
            up_acked=node.journaled,
            down_next=node.next_position,
            next_session=1,
        )

    def _do(self, effect: object) -> None:
        node = self.node
        match effect:
            case ConfirmGreeting(greeting=greeting):
                if self.hello is None:
                    self.positions = node.positions
                    node.supersede(self)
                decision = negotiate(self.positions, positions_of(greeting, node.epoch))
                if isinstance(decision, ResumeDecision):
                    self.end(decision)
                else:
                    node.queue.append((self, (greeting, decision)))
            case JournalLetter() as letter:
                if letter.payload.startswith(UNREADABLE):
                    self.reject(letter, "unreadable")
                else:
                    node.queue.append((self, letter))
            case JournalGap() | JournalRefusal():
                node.queue.append((self, effect))
            case DiscardLetters(upto=upto):
                node.discarded = max(node.discarded, upto)
            case PeerLost() | PeerReturned():
                node.presence.append(effect)

    def _send_letters(self) -> None:
        while not self.is_over and (page := self.link.wanted) is not None:
            first = max(page.after, self.node.discarded)
            stored = range(first + 1, min(first + page.limit, len(self.node.log)) + 1)
            letters = tuple(self._stored(position) for position in stored)
            step = self.link.on_letters(page, letters)
            self.link = step.exchange
            self.frames.extend(step.frames)
            for effect in step.effects:
                self._do(effect)

    def _stored(self, position: int) -> Sendable | Unsendable | Withdrawn:
        payload = self.node.log[position - 1]
        if position in self.node.refused:
            return Withdrawn(position=position, reason=self.node.refused[position])
        if payload.startswith(UNSENDABLE):
            return Unsendable(position=position, reason="too long")
        return Sendable(position=position, payload=payload)


class Wire:
    """One connection: two ways, each in order while it holds. `cut` loses what is under way."""

    def __init__(self, opener: End, acceptor: End) -> None:
        self.ends = {"up": (opener, acceptor), "down": (acceptor, opener)}
        self.under_way: dict[str, deque] = {"up": deque(), "down": deque()}
        self.is_cut = False

    def send(self, way: str) -> None:
        """Whatever its sender has put out is under way."""
        sender = self.ends[way][0]
        if not self.is_cut and not sender.is_dead:
            self.under_way[way].extend(sender.frames)
            sender.frames.clear()

    def deliver(self, way: str, count: int = 1) -> int:
        """So many frames arrive; how many did."""
        self.send(way)
        receiver, arrived = self.ends[way][1], 0
        while self.under_way[way] and receiver.can_receive and arrived < count:
            receiver.receive(self.under_way[way].popleft())
            arrived += 1
        return arrived

    def repeat(self, way: str, index: int) -> None:
        """One frame under way comes once more, behind all the others."""
        self.send(way)
        if self.under_way[way]:
            self.under_way[way].append(self.under_way[way][index % len(self.under_way[way])])

    def cut(self) -> None:
        """What is under way is lost, and nothing comes any more."""
        self.is_cut = True
        for frames in self.under_way.values():
            frames.clear()
