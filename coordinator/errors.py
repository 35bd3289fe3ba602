"""The coordinator's errors. Every message says what is wrong, why, and what to do.

CoordinatorError
├── OutOfOrderError      a district's letter came without the one before it
├── PlanRefusedError     the independent checker found a fault in a plan
├── NoMatchingError      a solver was given a problem that it cannot match
├── ComputeUnavailableError  the compute plane does not answer or is not there
│   └── ClusterRefusedError  a Ray cluster is not joined: it is open to everybody, or closed to us
├── ComputeTimeoutError  the compute plane did not answer within its budget
└── TwinStaleError       a district twin holds another version of its units
"""

from citybrain.errors import CityBrainError


class CoordinatorError(CityBrainError):
    """Root of the coordinator's errors."""


class OutOfOrderError(CoordinatorError):
    """A letter of a district's log came without the one before it. It is not journaled; the stream
    is opened again where the journal stands.
    """


class PlanRefusedError(CoordinatorError):
    """The independent checker found faults in a plan; it is not journaled. `faults` are
    sentences.
    """

    def __init__(self, solver: str, faults: tuple[str, ...]) -> None:
        self.solver, self.faults = solver, faults
        super().__init__(
            f"the plan of {solver!r} was refused by the checker: "
            + "; ".join(faults)
            + ". Another solver is asked."
        )


class NoMatchingError(CoordinatorError):
    """A solver was given a problem that it cannot match; every slot must at least be able to stay
    empty.
    """


class ComputeUnavailableError(CoordinatorError):
    """The compute plane does not answer or is not there. Planning goes on in-process; the plane is
    started again in the background.
    """


class ClusterRefusedError(ComputeUnavailableError):
    """A Ray cluster that is not joined, however well it would compute. `status` is the exit status
    by which the Ray process says why.
    """

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


class ComputeTimeoutError(CoordinatorError):
    """The compute plane did not answer within its budget. Planning goes on in-process; a late
    answer does not count.
    """


class TwinStaleError(CoordinatorError):
    """A district twin holds another version of its units than the request names; it is loaded
    anew.
    """

    def __init__(self, district: str, *, held: str, wanted: str) -> None:
        self.district, self.held, self.wanted = district, held, wanted
        super().__init__(
            f"the twin of {district} holds units {held or 'none'}, the request is about {wanted}; "
            "load it and ask again."
        )

    def __reduce__(self) -> tuple[object, ...]:
        return _twin_stale, (self.district, self.held, self.wanted)


def _twin_stale(district: str, held: str, wanted: str) -> TwinStaleError:
    return TwinStaleError(district, held=held, wanted=wanted)
