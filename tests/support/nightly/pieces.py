"""The pieces of the nightly run: what each proves, its command, how long it may take."""

from dataclasses import dataclass
from datetime import UTC, datetime

PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
CITYBRAIN = ("-m", "citybrain.cli.main")
FRESH = f"{datetime.now(UTC):%Y%m%d}"  # seeds of today


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One command of the project's own Python; exit code 0 means that it holds."""

    name: str
    proves: str
    command: tuple[str, ...]
    minutes_max: int


PIECES = (
    Piece(
        name="suite",
        proves="everything that a change must pass",
        command=(
            *(*PYTEST, "-m", "not bench and not nightly"),
            *("-n", "3", "--dist", "loadgroup", "--no-loadscope-reorder"),
        ),
        minutes_max=30,
    ),
    Piece(
        name="seeds",
        proves="all laws on 10,000 seeds of a town with faults",
        command=(*CITYBRAIN, "sim", "run", "--seeds", "1..10000"),
        minutes_max=90,
    ),
    Piece(
        name="fresh-seeds",
        proves="all laws on 3,000 seeds that no night before had",
        command=(*CITYBRAIN, "sim", "run", "--seeds", f"{FRESH}0001..{FRESH}3000"),
        minutes_max=60,
    ),
    Piece(
        name="liar-seeds",
        proves="all laws, for all others, on 10,000 seeds with liars that no night before had",
        command=(
            *(*CITYBRAIN, "sim", "run", "--size", "liars"),
            *("--seeds", f"{FRESH}10001..{FRESH}20000"),
        ),
        minutes_max=120,
    ),
    Piece(
        name="boundaries",
        proves="a death at every write boundary of one whole run breaks no law",
        command=(*CITYBRAIN, "sim", "crash-points", "--seed", "5"),
        minutes_max=30,
    ),
    Piece(
        name="exploration",
        proves="no interleaving of the small worlds sends a unit twice",
        command=(*CITYBRAIN, "sim", "explore", "--interleavings", "1000000"),
        minutes_max=15,
    ),
    Piece(
        name="chaos",
        proves="100 faults on real processes lose nothing and double nothing",
        command=(*CITYBRAIN, "chaos", "--faults", "100", "--seed", "1"),
        minutes_max=60,
    ),
    Piece(
        name="district-day",
        proves="200 cases of a district's day, worked by API and commands, end as they should",
        command=("-m", "district_day"),
        minutes_max=20,
    ),
    Piece(
        name="upgrade",
        proves="every order goes on while nodes are upgraded in the middle of a demo",
        command=(*PYTEST, "tests/integration", "-m", "nightly"),
        minutes_max=15,
    ),
    Piece(
        name="fuzz-api",
        proves="no request that its description allows or forbids breaks the public API",
        command=("-m", "fuzz_api"),
        minutes_max=30,
    ),
    Piece(
        name="fuzz-doors",
        proves="nothing that a box publishes or a district's stream says breaks a node",
        command=("-m", "fuzz_doors", "--seed", FRESH),
        minutes_max=45,
    ),
    Piece(
        name="planted-bugs",
        proves="every planted bug is seen by a law within 200 seeds or by its named test",
        command=("-m", "mutants"),
        minutes_max=60,
    ),
    Piece(
        name="benches",
        proves="the tables of measured ratios",
        command=(*PYTEST, "tests/bench", "-m", "bench", "-s"),
        minutes_max=150,
    ),
)
