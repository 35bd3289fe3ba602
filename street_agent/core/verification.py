"""Verification for the district: `clear` after enough observed seconds without the condition,
`still` at the deadline, else `cannot`. Pure."""

from citybrain.clock import Timestamp
from citybrain.domain.event import VerificationRequest, VerificationResult
from citybrain.structs import Struct, field, replace
from citybrain.vocabulary import VerificationVerdict
from street_agent.scene.observation import Condition

NO_RULE, TOO_LATE, BLIND = "no_such_rule", "deadline_passed", "not_enough_observed"
ROUNDING_S = 1e-9  # of a sum of many short times


class Verification(Struct, frozen=True, kw_only=True, eq=False):
    """A request under way. `measurements` are of the last observation with the condition, else of
    the last observation."""

    request: VerificationRequest
    quiet_s: float = 0.0  # observed without the condition, in one stretch, up to now
    observed_s: float = 0.0  # observed since the request came
    was_present: bool = False  # the condition was observed since then
    absent: bool = False  # in the last observation, for certain
    measurements: dict[str, float] = field(default_factory=dict)


def observe(
    verification: Verification, condition: Condition, observed_s: float, at: Timestamp
) -> tuple[Verification, VerificationResult | None]:
    """One more observation of the rule in question."""
    is_first = not verification.measurements
    # The time before the first observation was not observed for this request.
    gained = 0.0 if is_first else observed_s
    absent = not condition.present and not condition.is_uncertain
    quiet_s = 0.0 if not absent else verification.quiet_s + (gained if verification.absent else 0.0)
    keeps = verification.was_present and not condition.present
    verification = replace(
        verification,
        quiet_s=quiet_s,
        observed_s=verification.observed_s + gained,
        was_present=verification.was_present or condition.present,
        absent=absent,
        measurements=verification.measurements if keeps else condition.measurements,
    )
    if absent and quiet_s + ROUNDING_S >= verification.request.quiet_s:
        verdict = VerificationVerdict.CLEAR
        return verification, _result(verification, verdict, "", at, condition.measurements)
    return verification, expire(verification, at)


def expire(verification: Verification, at: Timestamp) -> VerificationResult | None:
    """The result at the deadline; none before."""
    if at < verification.request.deadline:
        return None
    measurements = verification.measurements
    if verification.was_present:
        return _result(verification, VerificationVerdict.STILL, "", at, measurements)
    return _result(verification, VerificationVerdict.CANNOT, BLIND, at, measurements)


def discount(verification: Verification, blind_s: float) -> Verification:
    """The last `blind_s` seconds turned out to have been blind: they were not observed."""
    return replace(
        verification,
        quiet_s=max(0.0, verification.quiet_s - blind_s),
        observed_s=max(0.0, verification.observed_s - blind_s),
    )


def refuse(request: VerificationRequest, reason: str, at: Timestamp) -> VerificationResult:
    """A result without an observation."""
    verification = Verification(request=request)
    return _result(verification, VerificationVerdict.CANNOT, reason, at, {})


def _result(
    verification: Verification,
    verdict: VerificationVerdict,
    reason: str,
    at: Timestamp,
    measurements: dict[str, float],
) -> VerificationResult:
    return VerificationResult(
        request=verification.request.request,
        incident=verification.request.incident,
        source=verification.request.source,
        verdict=verdict,
        reason=reason,
        observed_s=round(verification.observed_s, 3),
        measurements={**measurements, "quiet_s": round(verification.quiet_s, 3)},
        answered_at=at,
    )
