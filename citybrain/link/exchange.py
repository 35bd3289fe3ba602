"""One end of a link as a value: the exchange of two ordered logs over one stream, without I/O.

Its driver calls `on_frame`, `on_letters`, `on_committed` and so on, does the effects in
their order, sends the frames in theirs, and calls `on_tick` at `wake_at`. What is illegal raises,
and the exchange stays as it was: `MalformedError` for what the peer must not send,
`IllegalTriggerError` for what the tables do not have. Either ends the stream.
"""

from typing import assert_never

from citybrain.clock import Instant
from citybrain.errors import MalformedError
from citybrain.link import inbound, liveness, outbound
from citybrain.link.effects import (
    ConfirmGreeting,
    DiscardLetters,
    Effect,
    PeerLost,
    PeerReturned,
)
from citybrain.link.frames import (
    Acknowledged,
    Frame,
    Greeting,
    Heartbeat,
    Hello,
    LetterFrame,
    LetterGap,
    LetterRefused,
    UnknownFrame,
    Welcome,
)
from citybrain.link.inbound import Inbound
from citybrain.link.liveness import ClockReading, Liveness
from citybrain.link.outbound import Outbound, Page, Stored
from citybrain.link.role import Role
from citybrain.link.stages import NEXT_LINK, LinkStage, LinkTrigger, Presence
from citybrain.stages import next_stage
from citybrain.structs import Struct, replace


class Exchange(Struct, frozen=True, kw_only=True):
    """Where one end of one stream stands."""

    role: Role
    liveness: Liveness
    stage: LinkStage = LinkStage.OPENING
    inbound: Inbound = Inbound()
    outbound: Outbound = Outbound()
    end_reason: str = ""
    is_peer_silent: bool = False  # it ended for that

    @property
    def wake_at(self) -> Instant | None:
        """When `on_tick` wants to be called; None: not before something else happens."""
        silent_from = liveness.silent_from(self.liveness, silence_s=self.role.silence_s)
        if self.stage is LinkStage.OPENING:
            return silent_from
        if self.stage is not LinkStage.ESTABLISHED:
            return None
        if self.liveness.presence is Presence.SILENT:
            return self.liveness.next_heartbeat
        return min(silent_from, self.liveness.next_heartbeat)

    @property
    def wanted(self) -> Page | None:
        """The letters that may be sent now: `on_letters` wants them."""
        if self.stage is not LinkStage.ESTABLISHED:
            return None
        return outbound.wanted(self.outbound, window=self.role.window, page=self.role.page)

    @property
    def uncommitted(self) -> int:
        """How far the peer's log was given to the journal beyond what that has committed."""
        return self.inbound.offered - self.inbound.journaled

    def on_frame(self, frame: Frame, now: ClockReading) -> "Step":
        """A frame of the peer."""
        if isinstance(frame, Hello | Welcome):
            return _on_greeting(self, frame, now)
        if isinstance(frame, UnknownFrame) and self.stage is not LinkStage.ESTABLISHED:
            return Step(exchange=self)
        stage = _stage_after(self, LinkTrigger.TRANSFER)
        echo = frame.at if isinstance(frame, Heartbeat) else None
        was_silent = self.liveness.presence is Presence.SILENT
        live = liveness.on_received(self.liveness, now, echo=echo)
        returned: tuple[Effect, ...] = (PeerReturned(),) if was_silent else ()
        match frame:
            case LetterFrame() | LetterGap():
                received, frames, effects = inbound.on_position(self.inbound, frame)
                link = replace(self, stage=stage, liveness=live, inbound=received)
                return Step(exchange=link, frames=frames, effects=returned + effects)
            case Acknowledged():
                sent, frames, effects = outbound.on_acknowledged(self.outbound, frame)
            case LetterRefused():
                sent, frames, effects = outbound.on_refused(self.outbound, frame)
            case Heartbeat() | UnknownFrame():
                sent, frames, effects = self.outbound, (), ()
            case _:
                assert_never(frame)
        link = replace(self, stage=stage, liveness=live, outbound=sent)
        return Step(exchange=link, frames=frames, effects=returned + effects)

    def on_confirmed(self, start: "Start", now: ClockReading) -> "Step":
        """The peer's greeting is journaled: letters go both ways from `start` on."""
        live, heartbeat = liveness.on_heartbeat_due(
            liveness.started(now), now, heartbeat_s=self.role.heartbeat_s
        )
        link = replace(
            self,
            stage=_stage_after(self, LinkTrigger.CONFIRM),
            liveness=live,
            inbound=inbound.resumed(acknowledged=start.acknowledged),
            outbound=outbound.resumed(after=start.send_after, next_=start.next_position),
        )
        step = link.on_committed(start.journaled, start.next_position)
        first = (start.welcome, *step.frames, heartbeat)
        discard = (DiscardLetters(upto=start.send_after),) if start.send_after else ()
        return replace(
            step,
            frames=tuple(frame for frame in first if frame is not None),
            effects=discard + step.effects,
        )

    def on_letters(self, page: Page, letters: tuple[Stored, ...]) -> "Step":
        """What the store holds of a page that was `wanted`."""
        stage = _stage_after(self, LinkTrigger.TRANSFER)
        log, frames, effects = outbound.on_letters(self.outbound, page, letters)
        link = replace(self, stage=stage, outbound=log)
        return Step(exchange=link, frames=frames, effects=effects)

    def on_committed(self, journaled: int, next_position: int) -> "Step":
        """A commit: how far the peer's log is journaled, and what the next own letter will get."""
        stage = _stage_after(self, LinkTrigger.TRANSFER)
        log, frames, effects = inbound.on_journaled(self.inbound, journaled)
        sent = outbound.on_grown(self.outbound, next_position)
        link = replace(self, stage=stage, inbound=log, outbound=sent)
        return Step(exchange=link, frames=frames, effects=effects)

    def on_rejected(self, *, position: int, after: int, round_: int, reason: str) -> "Step":
        """A letter of the peer can never be journaled."""
        stage = _stage_after(self, LinkTrigger.TRANSFER)
        log, frames, effects = inbound.on_rejected(
            self.inbound, position=position, after=after, round_=round_, reason=reason
        )
        link = replace(self, stage=stage, inbound=log)
        return Step(exchange=link, frames=frames, effects=effects)

    def on_out_of_order(self, *, position: int, round_: int) -> "Step":
        """The journal misses what is before a letter of the peer."""
        stage = _stage_after(self, LinkTrigger.TRANSFER)
        inbound.on_out_of_order(self.inbound, position=position, round_=round_)
        return Step(exchange=replace(self, stage=stage))

    def on_withdrawn(self, position: int) -> "Step":
        """The refusal of an own letter is journaled."""
        stage = _stage_after(self, LinkTrigger.TRANSFER)
        log = outbound.on_withdrawn(self.outbound, position)
        return Step(exchange=replace(self, stage=stage, outbound=log))

    def on_tick(self, now: ClockReading) -> "Step":
        """Time has passed."""
        is_silent = liveness.is_silent(self.liveness, now, silence_s=self.role.silence_s)
        if self.stage is LinkStage.OPENING:
            return _fallen_silent(self) if is_silent else Step(exchange=self)
        if self.stage is not LinkStage.ESTABLISHED:
            return Step(exchange=self)
        if is_silent and self.role.ends_when_silent:
            return _fallen_silent(self)
        live, heartbeat = liveness.on_heartbeat_due(
            self.liveness, now, heartbeat_s=self.role.heartbeat_s
        )
        effects: tuple[Effect, ...] = ()
        if is_silent and live.presence is Presence.PRESENT:
            live, effects = liveness.on_silent(live), (PeerLost(last_seen_at=live.last_seen_at),)
        frames = (heartbeat,) if heartbeat is not None else ()
        return Step(exchange=replace(self, liveness=live), frames=frames, effects=effects)

    def on_end(self, reason: str) -> "Step":
        """This end ends the stream, or the peer did."""
        stage = _stage_after(self, LinkTrigger.END)
        return Step(exchange=replace(self, stage=stage, end_reason=reason))


class Start(Struct, frozen=True, kw_only=True):
    """From where the two logs go on."""

    send_after: int  # the peer has the own log up to here
    journaled: int  # the journal has the peer's log up to here
    acknowledged: int  # … and this end's greeting acknowledged it up to here
    next_position: int  # what the next own letter will get
    welcome: Welcome | None = None  # of the end that accepts


class Step(Struct, frozen=True, kw_only=True):
    """What an event made of an exchange: frames to send and effects to do, each in order."""

    exchange: Exchange
    frames: tuple[Frame, ...] = ()
    effects: tuple[Effect, ...] = ()


def opened(role: Role, now: ClockReading, hello: Hello | None = None) -> Step:
    """A stream begins; the end that opens it sends its `hello`."""
    link = Exchange(role=role, liveness=liveness.started(now))
    return Step(exchange=link, frames=(hello,) if hello is not None else ())


def _on_greeting(link: Exchange, frame: Greeting, now: ClockReading) -> Step:
    if not isinstance(frame, link.role.awaits):
        kind = type(frame).__name__
        raise MalformedError("greeting", f"{link.role.peer} does not greet with a {kind}")
    stage = _stage_after(link, LinkTrigger.GREET)
    live = liveness.on_received(link.liveness, now)
    greeted = replace(link, stage=stage, liveness=live)
    return Step(exchange=greeted, effects=(ConfirmGreeting(greeting=frame),))


def _fallen_silent(link: Exchange) -> Step:
    stage = _stage_after(link, LinkTrigger.FALL_SILENT)
    reason = f"nothing came from {link.role.peer} for {link.role.silence_s:g} s"
    ended = replace(link, stage=stage, end_reason=reason, is_peer_silent=True)
    return Step(exchange=ended)


def _stage_after(link: Exchange, trigger: LinkTrigger) -> LinkStage:
    return next_stage("link", NEXT_LINK, link.stage, trigger)
