"""A fault as one line of text, so that a list of regressions can hold its own fault schedules.

What a seed draws changes whenever the table of fault kinds does; a schedule in text does not.
"""

from citysim.sim.scenario import Fault

FORM = "AT:KIND:TARGET:DURATION:MAGNITUDE, as 32.123:clock_stepped:district/station:0:19.174"


def format_fault(fault: Fault) -> str:
    """The number is left out: it is the fault's place in the schedule."""
    return ":".join(
        (
            _number(fault.at_s),
            fault.kind,
            fault.target,
            _number(fault.duration_s),
            _number(fault.magnitude),
        )
    )


def parse_fault(text: str, number: int) -> Fault:
    """Raises `ValueError`. Kind and target are not checked here."""
    parts = text.split(":")
    try:
        at_s, kind, target, duration_s, magnitude = parts
        return Fault(
            number=number,
            at_s=float(at_s),
            kind=kind,
            target=target,
            duration_s=float(duration_s),
            magnitude=float(magnitude),
        )
    except ValueError as error:
        raise ValueError(f"{text!r} is no fault. Write {FORM}.") from error


def parse_schedule(texts: list[str]) -> tuple[Fault, ...]:
    """Numbered from 1 on."""
    return tuple(parse_fault(text, number) for number, text in enumerate(texts, start=1))


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
