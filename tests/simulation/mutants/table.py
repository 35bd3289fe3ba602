"""The table of deliberate bugs: every one of them, by name."""

from collections.abc import Mapping

from mutants import belief, journal, links, orders, street
from mutants.mutant import Mutant

MODULES = (street, journal, links, orders, belief)
MUTANTS: Mapping[str, Mutant] = {mutant.name: mutant for module in MODULES for mutant in module.MUTANTS}
