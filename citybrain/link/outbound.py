"""The own log as it goes out: how far it was sent and acknowledged, the window, and the one letter
whose refusal is being journaled.
"""

from citybrain.errors import MalformedError
from citybrain.link.effects import DiscardLetters, Effect, JournalRefusal
from citybrain.link.frames import Acknowledged, Frame, LetterFrame, LetterGap, LetterRefused
from citybrain.link.stages import NEXT_OUTBOUND, OutboundStage, OutboundTrigger
from citybrain.stages import next_stage
from citybrain.structs import Struct, replace

# Letters sent behind a gap before the peer acknowledges more. What follows a refused letter comes
# again: where bad letters stand close together a whole window would be sent again for each.
FIRST_BEHIND_GAP = 8

Outgoing = tuple["Outbound", tuple[Frame, ...], tuple[Effect, ...]]


class Sendable(Struct, frozen=True, kw_only=True):
    """A letter of the store, encoded."""

    position: int
    payload: bytes


class Withdrawn(Struct, frozen=True, kw_only=True):
    """A letter whose refusal is journaled: a gap goes in its place."""

    position: int
    reason: str


class Unsendable(Struct, frozen=True, kw_only=True):
    """A letter that cannot be encoded, or is too long for the peer."""

    position: int
    reason: str


Stored = Sendable | Withdrawn | Unsendable


class Page(Struct, frozen=True, kw_only=True):
    """Letters that may be sent now: the first `limit` of the store behind `after`."""

    after: int
    limit: int


class Outbound(Struct, frozen=True, kw_only=True):
    """Positions are of the own log."""

    stage: OutboundStage = OutboundStage.FLOWING
    next: int = 1  # what the next new letter will get
    read: int = 0  # the store was read up to here
    sent: int = 0  # the last one in the stream
    acknowledged: int = 0
    kept_from: int = 1  # what the store keeps no more does not fill the window
    withdrawing: int = 0
    narrowed: int = 0  # the window since a refusal, growing by what is acknowledged; 0: the role's


def resumed(*, after: int, next_: int) -> Outbound:
    """At the start of a stream: the peer has the log up to `after`."""
    return Outbound(next=next_, read=after, sent=after, acknowledged=after)


def wanted(log: Outbound, *, window: int, page: int) -> Page | None:
    """What should be read from the store now."""
    window = min(window, log.narrowed or window)
    room = window - (log.sent - max(log.acknowledged, log.kept_from - 1))
    if log.stage is not OutboundStage.FLOWING or log.read >= log.next - 1 or room <= 0:
        return None
    return Page(after=log.read, limit=min(room, page))


def on_letters(log: Outbound, page: Page, letters: tuple[Stored, ...]) -> Outgoing:
    """What the store holds of `page`, in order. A page that was read before the log was put back is
    left out.
    """
    if log.stage is not OutboundStage.FLOWING or page.after != log.read:
        return log, (), ()
    next_stage("outbound log", NEXT_OUTBOUND, log.stage, OutboundTrigger.SEND)
    if not letters:  # what was acknowledged to another life of the peer is kept no more
        return replace(log, read=log.next - 1), (), ()
    frames: list[Frame] = []
    sent = log.sent
    kept_from = max(log.kept_from, letters[0].position if letters[0].position > sent + 1 else 1)
    for letter in letters:
        if isinstance(letter, Unsendable):
            log = replace(log, read=sent, sent=sent, kept_from=kept_from)
            return _withdraw(log, tuple(frames), letter.position, letter.reason)
        frames.append(_frame(letter, after=sent))
        sent = letter.position
    return replace(log, read=sent, sent=sent, kept_from=kept_from), tuple(frames), ()


def on_acknowledged(log: Outbound, frame: Acknowledged) -> Outgoing:
    """Raises `MalformedError` where more is acknowledged than there is. More than was sent in this
    stream can be: a stream before it may have left that in the peer's queue.
    """
    if frame.position >= log.next:
        raise MalformedError(
            "acknowledged",
            f"letter {frame.position} was acknowledged, and the log ends at {log.next - 1}",
        )
    if frame.position <= log.acknowledged:
        return log, (), ()
    stage = next_stage("outbound log", NEXT_OUTBOUND, log.stage, OutboundTrigger.ACKNOWLEDGE)
    log = replace(
        log,
        stage=stage,
        narrowed=log.narrowed and log.narrowed + frame.position - log.acknowledged,
        acknowledged=frame.position,
        sent=max(log.sent, frame.position),
        read=max(log.read, frame.position),
    )
    return log, (), (DiscardLetters(upto=frame.position),)


def on_refused(log: Outbound, frame: LetterRefused) -> Outgoing:
    """The peer cannot journal a letter: the log is put back to the one before it. Raises
    `MalformedError` for a letter that was not sent.
    """
    if frame.position <= log.acknowledged or frame.position == log.withdrawing:
        return log, (), ()
    if not log.acknowledged <= frame.after < frame.position <= log.sent:
        raise MalformedError(
            "refused",
            f"letter {frame.position} behind letter {frame.after} was refused, and letters"
            f" {log.acknowledged + 1} to {log.sent} are under way",
        )
    log = replace(log, sent=frame.after, read=frame.after, narrowed=FIRST_BEHIND_GAP)
    return _withdraw(log, (), frame.position, frame.reason)


def on_withdrawn(log: Outbound, position: int) -> Outbound:
    """The refusal of the letter at `position` is journaled."""
    if position != log.withdrawing:  # an earlier one was refused meanwhile
        return log
    stage = next_stage("outbound log", NEXT_OUTBOUND, log.stage, OutboundTrigger.WITHDRAW)
    return replace(log, stage=stage, withdrawing=0)


def on_grown(log: Outbound, next_: int) -> Outbound:
    """The store holds letters up to `next_` - 1."""
    return replace(log, next=next_) if next_ > log.next else log


def _withdraw(log: Outbound, frames: tuple[Frame, ...], position: int, reason: str) -> Outgoing:
    stage = next_stage("outbound log", NEXT_OUTBOUND, log.stage, OutboundTrigger.REFUSE)
    effect = JournalRefusal(position=position, reason=reason)
    return replace(log, stage=stage, withdrawing=position), frames, (effect,)


def _frame(letter: Sendable | Withdrawn, *, after: int) -> Frame:
    if isinstance(letter, Withdrawn):
        return LetterGap(position=letter.position, after=after, reason=letter.reason)
    return LetterFrame(position=letter.position, after=after, payload=letter.payload)
