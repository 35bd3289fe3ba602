"""Looking again for the district: `clear` after enough observed seconds without the condition, `still` at the deadline, else `cannot`. Pure."""

from citybrain.clock import Timestamp
from citybrain.domain.event import VerificationRequest, VerificationResult
from citybrain.structs import Struct, field, replace
from citybrain.vocabulary import VerificationVerdict
from street_agent.scene.look import Condition

NO_RULE, TOO_LATE, BLIND = "no_such_rule", "deadline_passed", "not_enough_observed"


class Inquiry(Struct, frozen=True, kw_only=True, eq=False):
    """A request under way."""

    request: VerificationRequest
    quiet_s: float = 0.0  # observed without the condition, in one stretch, up to now
    observed_s: float = 0.0  # observed since the request came
    was_there: bool = False  # the condition was seen since then
    absent: bool = False  # in the last look, for certain
    measurements: dict[str, float] = field(
        default_factory=dict
    )  # of the last look with the condition, else of the last look


def look(
    inquiry: Inquiry, condition: Condition, observed_s: float, at: Timestamp
) -> tuple[Inquiry, VerificationResult | None]:
    """One more look of the rule in question."""
    first = not inquiry.measurements
    gained = (
        0.0 if first else observed_s
    )  # the time before the first look was not watched for this request
    absent = not condition.present and not condition.maybe
    quiet_s = 0.0 if not absent else inquiry.quiet_s + (gained if inquiry.absent else 0.0)
    measurements = (
        condition.measurements
        if condition.present or not inquiry.was_there
        else inquiry.measurements
    )
    inquiry = replace(
        inquiry,
        quiet_s=quiet_s,
        observed_s=inquiry.observed_s + gained,
        was_there=inquiry.was_there or condition.present,
        absent=absent,
        measurements=measurements,
    )
    if inquiry.absent and quiet_s + 1e-9 >= inquiry.request.quiet_s:
        return inquiry, _answer(inquiry, VerificationVerdict.CLEAR, "", at, condition.measurements)
    return inquiry, expire(inquiry, at)


def expire(inquiry: Inquiry, at: Timestamp) -> VerificationResult | None:
    """The answer at the deadline; none before."""
    if at < inquiry.request.deadline:
        return None
    if inquiry.was_there:
        return _answer(inquiry, VerificationVerdict.STILL, "", at, inquiry.measurements)
    return _answer(inquiry, VerificationVerdict.CANNOT, BLIND, at, inquiry.measurements)


def discount(inquiry: Inquiry, blind_s: float) -> Inquiry:
    """The last `blind_s` seconds turned out to have been blind: they were not watched after all."""
    return replace(
        inquiry,
        quiet_s=max(0.0, inquiry.quiet_s - blind_s),
        observed_s=max(0.0, inquiry.observed_s - blind_s),
    )


def refuse(request: VerificationRequest, reason: str, at: Timestamp) -> VerificationResult:
    """An answer without looking."""
    return _answer(Inquiry(request=request), VerificationVerdict.CANNOT, reason, at, {})


def _answer(
    inquiry: Inquiry,
    verdict: VerificationVerdict,
    reason: str,
    at: Timestamp,
    measurements: dict[str, float],
) -> VerificationResult:
    return VerificationResult(
        request=inquiry.request.request,
        incident=inquiry.request.incident,
        source=inquiry.request.source,
        verdict=verdict,
        reason=reason,
        observed_s=round(inquiry.observed_s, 3),
        measurements={**measurements, "quiet_s": round(inquiry.quiet_s, 3)},
        answered_at=at,
    )
