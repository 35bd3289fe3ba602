"""The coordinator's errors, below the kernel's root. Every message says what is wrong, why, and what to do.

CoordinatorError
├── OutOfOrder           a district's letter came without the one before it: the stream is opened again where the journal stands
├── PlanRefused          the independent checker found a fault in a plan: it is not journaled, the next planner is asked
├── NoMatching           a solver was given a problem that it cannot match
├── PlaneGone            the compute plane does not answer or is not there: planning goes on in-process
├── PlaneSlow            the compute plane did not answer within its budget: planning goes on in-process
└── TwinStale            a district twin holds another version of its units than the request names: it is loaded anew
"""

from citybrain.errors import CityBrainError


class CoordinatorError(CityBrainError):
    """Root of the coordinator's errors."""


class OutOfOrder(CoordinatorError):
    """A letter of a district's log came without the one before it. It is not journaled; the stream is opened again where the journal stands."""


class PlanRefused(CoordinatorError):
    """The independent checker found faults in a plan. `faults` are sentences."""

    def __init__(self, solver: str, faults: tuple[str, ...]) -> None:
        self.solver, self.faults = solver, faults
        super().__init__(
            f"the plan of {solver!r} was refused by the checker: "
            + "; ".join(faults)
            + ". Another solver is asked."
        )


class NoMatching(CoordinatorError):
    """A solver was given a problem that it cannot match; every slot must at least be able to stay empty."""


class PlaneGone(CoordinatorError):
    """The compute plane does not answer or is not there. Planning goes on in-process; the plane is started again in the background."""


class PlaneSlow(CoordinatorError):
    """The compute plane did not answer within its budget. Planning goes on in-process; a late answer does not count."""


class TwinStale(CoordinatorError):
    """A district twin holds another version of its units than the request names."""

    def __init__(self, district: str, *, held: str, wanted: str) -> None:
        self.district, self.held, self.wanted = district, held, wanted
        super().__init__(
            f"the twin of {district} holds units {held or 'none'}, the request is about {wanted}; load it and ask again."
        )

    def __reduce__(self) -> tuple[object, ...]:
        return _twin_stale, (self.district, self.held, self.wanted)


def _twin_stale(district: str, held: str, wanted: str) -> TwinStale:
    return TwinStale(district, held=held, wanted=wanted)
