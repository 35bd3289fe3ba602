"""The table of deliberate bugs: those that stories show, and those that stand behind another defence, which stories do not pass."""

from collections.abc import Mapping
from dataclasses import dataclass

from mutants import belief, journal, links, orders, street
from mutants.mutant import Mutant

MODULES = (street, journal, links, orders, belief)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Why no story shows a bug, and the test of the suite that fails with it (`test_second_lines.py` runs it with the bug)."""

    why: str
    test: str


BEHIND: Mapping[str, Behind] = {
    "moved_row_lost": Behind(
        why="no two deadlines of today's cores move each other in one transaction (found by a search of all interleavings, fixed)",
        test="tests/citybrain/decider/test_decider.py::test_a_timer_that_another_firing_of_the_same_transaction_moved_on_still_fires",
    ),
    "no_tombstones": Behind(
        why="a stream is in order and its positions are counted, so that nothing overtakes; the explorer's wild network has neither",
        test="tests/simulation/test_explore.py::test_a_wild_network_cannot_make_the_cores_promise_twice",
    ),
}
BUGS: Mapping[str, Mutant] = {
    mutant.name: mutant for module in MODULES for mutant in module.MUTANTS
}
MUTANTS: Mapping[str, Mutant] = {
    name: mutant for name, mutant in BUGS.items() if name not in BEHIND
}  # those that stories show
