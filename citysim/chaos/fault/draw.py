"""A run's faults from its seed: pure. The same seed, count and city give the same list; a longer run begins with the faults of a shorter one."""

from collections import Counter
from collections.abc import Sequence

from citysim.chaos.fault.kinds import KINDS, Fault, FaultKind, Targets
from citysim.chaos.net.port import Way
from citysim.sim.dice import Dice

REST_S = (0.3, 2.0)  # so that a fault finds the city in the middle of something else each time
JITTER_SHARE = 0.5  # of a delay


def draw(
    seed: int,
    count: int,
    targets: Targets,
    *,
    scale: float = 1.0,
    kinds: Sequence[FaultKind] = tuple(FaultKind),
) -> tuple[Fault, ...]:
    """`count` faults of these `kinds`; `scale` multiplies how long they are held (and the rests between), and changes nothing else."""
    dice = Dice(seed)
    met: Counter[FaultKind] = Counter()
    faults = []
    for number in range(1, count + 1):
        turn, place = divmod(number - 1, len(_deck(dice, 0, kinds)))
        kind = _deck(dice, turn, kinds)[place]
        faults.append(_fault(dice, number, kind, met[kind], targets, scale))
        met[kind] += 1
    return tuple(faults)


def _deck(dice: Dice, number: int, kinds: Sequence[FaultKind]) -> list[FaultKind]:
    """Every kind once, then the extra cards of the frequent ones, both shuffled."""
    chance = dice.of(f"deck {number}")
    each, extra = list(kinds), [kind for kind in kinds for _ in range(KINDS[kind].often)]
    chance.shuffle(each)
    chance.shuffle(extra)
    return [*each, *extra]


def _fault(
    dice: Dice, number: int, kind: FaultKind, turn: int, targets: Targets, scale: float
) -> Fault:
    """The `turn`-th fault of its kind: the targets of a kind take turns, in an order that the seed shuffles anew for each round."""
    chance, facts = dice.of(f"fault {number}"), KINDS[kind]
    choice = list(facts.targets(targets))
    dice.of(f"{kind} round {turn // len(choice)}").shuffle(choice)
    hold_s, rest_s = (
        round(chance.uniform(*facts.hold_s) * scale, 2),
        round(chance.uniform(*REST_S) * scale, 2),
    )
    size, sign, ways = (
        round(chance.uniform(*facts.amount), 1),
        chance.choice((1, -1)),
        chance.choice((Way.UP, Way.DOWN)),
    )
    return Fault(
        number=number,
        kind=kind,
        target=choice[turn % len(choice)],
        hold_s=hold_s,
        rest_s=rest_s,
        way=ways if kind is FaultKind.ONE_WAY else Way.BOTH,
        amount=size * (sign if kind is FaultKind.CLOCK_STEP else 1),
        jitter_ms=round(size * JITTER_SHARE, 1) if kind is FaultKind.DELAY else 0.0,
    )
