"""The peer's log as it comes in: what is given to the journal, what was acknowledged, and the one
letter that is being refused.

Letters are given to the journal without waiting for its commits. A letter that cannot be journaled
holds up what stands behind it: once everything before it is journaled the peer gets the refusal,
withdraws it, and sends a gap in its place and everything behind it again.
"""

from citybrain.errors import MalformedError
from citybrain.link.effects import Effect, JournalGap, JournalLetter
from citybrain.link.frames import Acknowledged, Frame, LetterFrame, LetterGap, LetterRefused
from citybrain.link.stages import NEXT_INBOUND, InboundStage, InboundTrigger
from citybrain.stages import next_stage
from citybrain.structs import Struct, replace

Incoming = tuple["Inbound", tuple[Frame, ...], tuple[Effect, ...]]


class Inbound(Struct, frozen=True, kw_only=True):
    """Positions are of the peer's log. `round` counts the gaps that ended a refusal."""

    stage: InboundStage = InboundStage.FLOWING
    journaled: int = 0
    acknowledged: int = 0  # to the peer
    offered: int = 0  # given to the journal; while a letter is rejected: the last one before it
    rejected: int = 0
    reason: str = ""
    round: int = 0


def resumed(*, acknowledged: int) -> Inbound:
    """At the start of a stream, as the peer knows it; `on_journaled` comes next."""
    return Inbound(journaled=acknowledged, acknowledged=acknowledged, offered=acknowledged)


def on_position(log: Inbound, frame: LetterFrame | LetterGap) -> Incoming:
    """A letter or gap came. Raises `MalformedError` for one that leaves out what is before it."""
    trigger = _trigger_of(log, frame)
    stage = next_stage("inbound log", NEXT_INBOUND, log.stage, trigger)
    if trigger in (InboundTrigger.REPEAT, InboundTrigger.OVERTAKE):
        return log, (), ()
    if frame.after != log.offered:
        raise MalformedError(
            "hole",
            f"letter {frame.position} follows letter {frame.after}, and the one before it here is"
            f" {log.offered}. The stream is opened again where the journal stands",
        )
    round_ = log.round + (log.stage is InboundStage.REFUSING)
    effect: Effect
    if isinstance(frame, LetterGap):
        effect = JournalGap(
            position=frame.position, after=frame.after, reason=frame.reason, round=round_
        )
    else:
        effect = JournalLetter(
            position=frame.position, after=frame.after, payload=frame.payload, round=round_
        )
    after = replace(log, stage=stage, offered=frame.position, round=round_)
    return after, (), (effect,)


def on_rejected(log: Inbound, *, position: int, after: int, round_: int, reason: str) -> Incoming:
    """A letter that was given to the journal can never be journaled."""
    if _comes_again(log, position=position, round_=round_) or position <= log.journaled:
        return log, (), ()
    stage = next_stage("inbound log", NEXT_INBOUND, log.stage, InboundTrigger.REJECT)
    return _refused(replace(log, stage=stage, rejected=position, offered=after, reason=reason))


def on_out_of_order(log: Inbound, *, position: int, round_: int) -> None:
    """The journal misses what is before a letter. Raises `MalformedError` where nothing explains
    that.
    """
    if not _comes_again(log, position=position, round_=round_):
        raise MalformedError(
            "hole",
            f"letter {position} came and the journal misses what is before it. The stream is opened"
            " again where the journal stands",
        )


def on_journaled(log: Inbound, journaled: int) -> Incoming:
    """The journal holds the peer's log up to `journaled`."""
    if journaled <= log.journaled:
        return log, (), ()
    is_flowing = log.stage is InboundStage.FLOWING
    log = replace(
        log,
        journaled=journaled,
        acknowledged=journaled,
        offered=max(log.offered, journaled) if is_flowing else log.offered,
    )
    log, frames, effects = _refused(log)
    return log, (Acknowledged(position=journaled), *frames), effects


def _refused(log: Inbound) -> Incoming:
    """Refuse the rejected letter, once everything before it is journaled."""
    if log.stage is not InboundStage.DRAINING or log.journaled < log.offered:
        return log, (), ()
    stage = next_stage("inbound log", NEXT_INBOUND, log.stage, InboundTrigger.CATCH_UP)
    refusal = LetterRefused(position=log.rejected, after=log.offered, reason=log.reason)
    return replace(log, stage=stage), (refusal,), ()


def _comes_again(log: Inbound, *, position: int, round_: int) -> bool:
    """Whether a letter was given to the journal behind a rejected one, or before the last gap."""
    is_behind = log.stage is not InboundStage.FLOWING and position >= log.rejected
    return is_behind or round_ != log.round


def _trigger_of(log: Inbound, frame: LetterFrame | LetterGap) -> InboundTrigger:
    if frame.position <= log.offered:
        return InboundTrigger.REPEAT
    if log.stage is not InboundStage.FLOWING:
        is_awaited = isinstance(frame, LetterGap) and frame.position == log.rejected
        return InboundTrigger.GAP if is_awaited else InboundTrigger.OVERTAKE
    return InboundTrigger.GAP if isinstance(frame, LetterGap) else InboundTrigger.LETTER
