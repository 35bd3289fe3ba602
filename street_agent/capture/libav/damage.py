"""Which frames may be looked at: one that was damaged on its way, and every one that builds on it,
may not, until the next undamaged key frame. Pure: what libav said of packets and frames in, a
verdict out.

A decoder fills what it lacks from the picture before, so that a damaged frame looks like a street
in which nobody is. Packets are numbered in the order in which they are decoded, which is not the
order in which their frames come out.
"""

from enum import StrEnum

from citybrain.structs import Struct, replace

START_OF_SCAN, END_OF_IMAGE = b"\xff\xda", b"\xff\xd9"
PENDING_MAX = 32  # packets whose frames are still to come; no codec reorders more than 16


class Verdict(StrEnum):
    """What a frame is."""

    WHOLE = "whole"
    DAMAGED = "damaged"
    KNOWN = "known"  # damaged, as was said when its packet came


class DamageState(Struct, frozen=True, kw_only=True):
    """The stretch of packets from the first that was damaged to the last, None: nothing is damaged
    now. `pending`: damaged packets whose frames have not come out yet."""

    first: int | None = None
    last: int = -1
    pending: tuple[int, ...] = ()


def packet_damaged(state: DamageState, number: int) -> DamageState:
    """Packet `number` was damaged, or could not be decoded."""
    first = number if state.first is None else state.first
    pending = (*state.pending, number)[-PENDING_MAX:]
    return replace(state, first=first, last=max(number, state.last), pending=pending)


def frame_decoded(
    state: DamageState, number: int, *, is_key: bool, is_corrupt: bool
) -> tuple[DamageState, Verdict]:
    """The frame of packet `number` came out, and what it is."""
    if number in state.pending:
        pending = tuple(one for one in state.pending if one != number)
        return replace(state, pending=pending), Verdict.KNOWN
    if is_corrupt:
        first = number if state.first is None else state.first
        return replace(state, first=first, last=max(number, state.last)), Verdict.DAMAGED
    if state.first is None or number < state.first:
        return state, Verdict.WHOLE
    if is_key and number > state.last:
        return DamageState(), Verdict.WHOLE
    return state, Verdict.DAMAGED


class JpegEnds:
    """Whether a JPEG was cut off. libav fills the rest with grey and says nothing; some cameras
    never write the end, so its absence means something only once there was one."""

    def __init__(self) -> None:
        self._seen = False

    def is_cut_off(self, jpeg: bytes) -> bool:
        """Has this picture lost its end, though the ones before had theirs?"""
        has_end = jpeg.rfind(END_OF_IMAGE) > jpeg.rfind(START_OF_SCAN)
        self._seen = self._seen or has_end
        return self._seen and not has_end
