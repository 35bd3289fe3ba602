"""The table of deliberate bugs: those that a run of the simulator shows, and those that another
defence masks."""

from collections.abc import Mapping

from citybrain.structs import Struct
from mutants import (
    clocks,
    incidents,
    journal,
    liars,
    links,
    messages,
    orders,
    packs,
    paging,
    reports,
    revocations,
    senses,
    street,
    watch,
)
from mutants.mutant import Mutant

MODULES = (
    street,
    journal,
    links,
    orders,
    messages,
    incidents,
    reports,
    packs,
    paging,
    watch,
    clocks,
    liars,
    revocations,
    senses,
)


class Mask(Struct, frozen=True, kw_only=True):
    """Why no run shows a bug, and the test of the suite that fails with it (`test_masked_bugs.py`
    runs it with the bug)."""

    why: str
    test: str


MASKED: Mapping[str, Mask] = {
    "moved_timer_lost": Mask(
        why="no two deadlines of today's cores move each other in one transaction (found by a"
        " search of all interleavings, fixed)",
        test="tests/citybrain/decider/test_decider.py::test_a_timer_that_another_firing_of_the_same_transaction_moved_on_still_fires",
    ),
    "no_tombstones": Mask(
        why="a stream is in order and its positions are counted, so that nothing overtakes; the"
        " explorer's unordered network has neither",
        test="tests/simulation/test_explore.py::test_an_unordered_network_cannot_make_the_cores_promise_twice",
    ),
}
BUGS: Mapping[str, Mutant] = {
    mutant.name: mutant for module in MODULES for mutant in module.MUTANTS
}
# those that runs show
MUTANTS: Mapping[str, Mutant] = {
    name: mutant for name, mutant in BUGS.items() if name not in MASKED
}
