"""How often each kind of fault may happen in one run of a small world, and how it is spent."""

from citybrain.structs import Struct

EXHAUSTED = -1  # nothing of that kind is left


class Budget(Struct, frozen=True, kw_only=True):
    """How often each kind of fault may happen in one run, and how many may happen in `total`."""

    crashes: int = 1  # a node dies after any record of its journal and starts again
    losses: int = 1  # a stream breaks with all that is in it, detected or not, and is resumed
    # a letter is delivered again, a button is pressed again or for an order that is void
    duplicates: int = 1
    delays: int = 1  # a node's time reaches its next deadline before anything else reaches it
    refusals: int = 1  # a crew cannot
    operator_actions: int = 0  # an operator changes his mind
    # a letter (or a copy of one) is overtaken: only where the network is unordered
    reorderings: int = 0
    total: int = 2

    def amounts(self) -> tuple[int, ...]:
        """What is left before anything is spent, in the order of the fields."""
        return tuple(getattr(self, name) for name in self.__struct_fields__)


BUDGET_INDEX = {name: i for i, name in enumerate(Budget.__struct_fields__)}
TOTAL = BUDGET_INDEX["total"]
NO_FAULTS = Budget(**dict.fromkeys(BUDGET_INDEX, 0))


class BudgetTable:
    """What can be left of one budget, each amount once: its number is a field of a state. 0: all
    of it."""

    def __init__(self, budget: Budget) -> None:
        self._amounts: list[tuple[int, ...]] = [budget.amounts()]
        self._after: dict[tuple[int, int], int] = {}

    def is_spent(self, left: int) -> bool:
        return not self._amounts[left][TOTAL]

    def spend(self, left: int, cost: int) -> int:
        """What is left after one more fault of the kind `cost`; `EXHAUSTED` when it is not to be
        had."""
        key = (left, cost)
        known = self._after.get(key)
        if known is None:
            known = self._after[key] = self._spend(left, cost)
        return known

    def _spend(self, left: int, cost: int) -> int:
        rest = tuple(n - (i in (cost, TOTAL)) for i, n in enumerate(self._amounts[left]))
        if min(rest) < 0:
            return EXHAUSTED
        if rest not in self._amounts:
            self._amounts.append(rest)
        return self._amounts.index(rest)
