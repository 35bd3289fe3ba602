"""A fault written in a line, so that a story keeps its faults when the table of faults, and with it every draw, has changed."""

from citysim.sim.scenario import Fault

FORM = "AT:KIND:TARGET:LASTS:AMOUNT, as 32.123:clock_stepped:district/station:0:19.174"


def written(fault: Fault) -> str:
    """Its number is left out: it is its place in the plan."""
    return ":".join(
        (
            _number(fault.at_s),
            fault.kind,
            fault.target,
            _number(fault.lasts_s),
            _number(fault.amount),
        )
    )


def read_fault(text: str, number: int) -> Fault:
    """Raises `ValueError`. Whether there is such a kind and such a target shows when it is told."""
    parts = text.split(":")
    try:
        at_s, kind, target, lasts_s, amount = parts
        return Fault(
            number=number,
            at_s=float(at_s),
            kind=kind,
            target=target,
            lasts_s=float(lasts_s),
            amount=float(amount),
        )
    except ValueError as error:
        raise ValueError(f"{text!r} is no fault. Write {FORM}.") from error


def read_plan(texts: list[str]) -> tuple[Fault, ...]:
    """Numbered from 1 on."""
    return tuple(read_fault(text, number) for number, text in enumerate(texts, start=1))


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
