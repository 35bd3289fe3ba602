"""Two exchanges over a pair that loses, repeats, falls behind and dies at any point, as a state
machine that hypothesis drives.
"""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from link_pair import UNDECIDABLE, UNREADABLE, UNSENDABLE, Node, Wire

from citybrain.clock import ManualClock
from citybrain.link.role import ACCEPTOR, OPENER
from citybrain.structs import replace

BAD = (UNREADABLE, UNDECIDABLE, UNSENDABLE)
ROUNDS = 1_000  # of a healed pair, until everything has arrived
WAYS = st.sampled_from(["up", "down"])
NODES = st.sampled_from(["district", "city"])
LETTERS = st.lists(st.sampled_from([b"good", b"good", b"good", *BAD]), min_size=1, max_size=12)


class LinkMachine(RuleBasedStateMachine):
    """`wires`: connections, the newest last. The city may not have noticed that one is cut, and
    hears the older one until a newer hello comes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        narrow = {"window": 5, "page": 3}
        self.nodes = {
            "district": Node(replace(OPENER, **narrow), self.clock, "d1"),
            "city": Node(replace(ACCEPTOR, **narrow), self.clock, "c1"),
        }
        self.wires: list[Wire] = []
        self.posted = 0

    @rule(who=NODES, letters=LETTERS)
    def post(self, who, letters):
        for letter in letters:
            self.posted += 1
            self.nodes[who].post(b"%s %d" % (letter, self.posted))

    @rule()
    def connect(self):
        self._connect()

    @precondition(lambda self: self.wires)
    @rule(way=WAYS, count=st.integers(1, 20), back=st.integers(0, 2))
    def deliver(self, way, count, back):
        self._wire(back).deliver(way, count)

    @precondition(lambda self: self.wires)
    @rule(rounds=st.integers(1, 4), commits=st.integers(1, 4))
    def go_on(self, rounds, commits):
        """Nothing goes wrong for a while, and not everything is committed."""
        for _ in range(rounds):
            for way in ("up", "down"):
                self._wire(0).deliver(way, 1_000)
            for node in self.nodes.values():
                node.commit(commits)

    @precondition(lambda self: self.wires)
    @rule(way=WAYS, index=st.integers(0, 20))
    def repeat(self, way, index):
        self._wire(0).repeat(way, index)

    @rule(who=NODES, count=st.integers(1, 9))
    def commit(self, who, count):
        self.nodes[who].commit(count)

    @rule(who=NODES, count=st.integers(1, 9))
    def fill_disk(self, who, count):
        self.nodes[who].fill_disk(count)

    @precondition(lambda self: self.wires)
    @rule()
    def cut(self):
        self.wires[-1].cut()

    @rule(who=NODES)
    def crash(self, who):
        self.nodes[who].crash()

    @rule(seconds=st.floats(0.1, 5.0))
    def time_passes(self, seconds):
        self.clock.advance(seconds)
        self._tick()

    @invariant()
    def every_letter_once_and_in_order(self):
        for receiver, sender in self._pairs():
            positions = [position for position, _ in receiver.taken]
            assert positions == list(range(1, len(positions) + 1))
            for position, payload in receiver.taken:
                posted = sender.log[position - 1]
                if payload is None:
                    assert posted.startswith(BAD)
                    assert position in sender.refused
                else:
                    assert payload == posted
                    assert not posted.startswith(BAD)

    @invariant()
    def only_what_the_peer_journaled_is_discarded(self):
        for receiver, sender in self._pairs():
            assert sender.discarded <= receiver.journaled

    @invariant()
    def only_bad_letters_are_refused(self):
        for _, sender in self._pairs():
            assert all(sender.log[position - 1].startswith(BAD) for position in sender.refused)

    @invariant()
    def the_window_is_kept(self):
        for node in self.nodes.values():
            for end in node.ends:
                log = end.link.outbound
                assert log.sent - max(log.acknowledged, log.kept_from - 1) <= 5

    def teardown(self):
        """The pair heals: one good connection, no faults."""
        for wire in self.wires:
            wire.cut()
        for node in self.nodes.values():  # else a greeting in a queue would begin a stream later
            node.commit()
        self.clock.advance(7.0)
        self._tick()
        for _ in range(ROUNDS):
            if self._is_done():
                self.every_letter_once_and_in_order()
                return
            if not self.wires or self._is_over(self.wires[-1]):
                self._connect()
            for way in ("up", "down"):
                self.wires[-1].deliver(way, 1_000)
            for node in self.nodes.values():
                node.commit()
        raise AssertionError(self._unfinished())

    def _connect(self) -> None:
        for end in self.nodes["district"].ends:
            end.end("another stream is opened")
        self.wires.append(Wire(self.nodes["district"].open(), self.nodes["city"].open()))

    def _wire(self, back: int) -> Wire:
        return self.wires[max(0, len(self.wires) - 1 - back)]

    def _tick(self) -> None:
        for node in self.nodes.values():
            for end in node.ends:
                end.tick()

    def _pairs(self):
        district, city = self.nodes["district"], self.nodes["city"]
        return (city, district), (district, city)

    def _is_over(self, wire: Wire) -> bool:
        return any(end.is_over for end in wire.ends["up"])

    def _is_done(self) -> bool:
        return all(r.journaled == len(s.log) == s.discarded for r, s in self._pairs())

    def _unfinished(self) -> str:
        return "; ".join(
            f"{len(s.log)} letters, {r.journaled} journaled, {s.discarded} acknowledged: {s.ends}"
            for r, s in self._pairs()
        )
