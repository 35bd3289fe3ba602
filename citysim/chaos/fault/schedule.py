"""A run's faults from its seed: pure.

The same seed, count and city give the same list; a longer run begins with the faults of a shorter
one.
"""

from collections import Counter
from collections.abc import Sequence

from citysim.chaos.fault.kinds import FAULT_SPECS, Fault, FaultKind, FaultTargets
from citysim.chaos.net.port import Direction
from citysim.sim.random_streams import RandomStreams

REST_S = (0.3, 2.0)  # so that every fault meets the city in another state
JITTER_SHARE = 0.5  # of a delay
DIRECTIONS = (Direction.UP, Direction.DOWN)


def draw_faults(
    seed: int,
    count: int,
    targets: FaultTargets,
    *,
    scale: float = 1.0,
    kinds: Sequence[FaultKind] = tuple(FaultKind),
) -> tuple[Fault, ...]:
    """`count` faults of these `kinds`.

    `scale` multiplies how long they last (and the rests between them), and changes nothing else.
    """
    streams = RandomStreams(seed)
    drawn: Counter[FaultKind] = Counter()
    faults = []
    for number in range(1, count + 1):
        round_number, place = divmod(number - 1, len(_round(streams, 0, kinds)))
        kind = _round(streams, round_number, kinds)[place]
        faults.append(_fault(streams, number, kind, drawn[kind], targets, scale))
        drawn[kind] += 1
    return tuple(faults)


def _round(streams: RandomStreams, number: int, kinds: Sequence[FaultKind]) -> list[FaultKind]:
    """Every kind once, then the frequent ones again, both shuffled."""
    rng = streams.named(f"round {number}")
    each = list(kinds)
    extra = [kind for kind in kinds for _ in range(FAULT_SPECS[kind].extra_weight)]
    rng.shuffle(each)
    rng.shuffle(extra)
    return [*each, *extra]


def _fault(
    streams: RandomStreams,
    number: int,
    kind: FaultKind,
    turn: int,
    targets: FaultTargets,
    scale: float,
) -> Fault:
    """The `turn`-th fault of its kind.

    The targets of a kind take turns, in an order that is shuffled anew for each round of them.
    """
    rng, spec = streams.named(f"fault {number}"), FAULT_SPECS[kind]
    choices = list(spec.targets(targets))
    streams.named(f"{kind} round {turn // len(choices)}").shuffle(choices)
    hold_s = round(rng.uniform(*spec.hold_s) * scale, 2)
    rest_s = round(rng.uniform(*REST_S) * scale, 2)
    size = round(rng.uniform(*spec.amount), 1)
    return Fault(
        number=number,
        kind=kind,
        target=choices[turn % len(choices)],
        hold_s=hold_s,
        rest_s=rest_s,
        direction=rng.choice(DIRECTIONS) if kind is FaultKind.ONE_WAY else Direction.BOTH,
        amount=size * rng.choice((1, -1)) if kind is FaultKind.CLOCK_STEP else size,
        jitter_ms=round(size * JITTER_SHARE, 1) if kind is FaultKind.DELAY else 0.0,
    )
