"""When a condition has lasted long enough to be said, and been gone long enough to be over. Pure; counts observed seconds only."""

from dataclasses import dataclass

from citybrain.clock import SECOND_US, Timestamp
from citybrain.structs import Struct, replace
from citybrain.vocabulary import Phase

DIP_S = 0.6  # observed seconds that a condition may be missing before it must start to last anew: three lost detections at 5 pictures a second
NEVER = Timestamp(0)
REPEAT_S = 30.0  # an episode that does not change is still said to go on this often


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a condition must be there (`hold_s`) and be gone (`clear_s`), in observed seconds; updates come at most every `update_s`."""

    hold_s: float
    clear_s: float
    update_s: float


class Spell(Struct, frozen=True, kw_only=True):
    """Where a condition stands between there and gone."""

    active: bool = False  # its start was said, its end not yet
    present: bool = False  # in the last look
    began_at: Timestamp = NEVER  # the first look of this candidate or episode
    present_s: float = 0.0  # observed since then, with the condition there
    absent_s: float = 0.0  # observed since it was last there
    said_at: Timestamp = NEVER
    said_count: float = 0.0


IDLE = Spell()


def persist(
    spell: Spell,
    patience: Patience,
    *,
    present: bool,
    count: float,
    observed_s: float,
    at: Timestamp,
) -> tuple[Spell, Phase | None]:
    """One more look. An interval counts as presence (absence) when the condition was there (gone) at both of its ends."""
    if present:
        return _there(spell, patience, count, observed_s, at)
    if not spell.active and not spell.began_at:
        return spell, None
    return _gone(spell, patience, observed_s)


def _there(
    spell: Spell, patience: Patience, count: float, observed_s: float, at: Timestamp
) -> tuple[Spell, Phase | None]:
    began_at = spell.began_at or at
    lasted = spell.present_s + (observed_s if spell.present else 0.0)
    spell = replace(spell, present=True, began_at=began_at, present_s=lasted, absent_s=0.0)
    if not spell.active:
        if lasted + 1e-9 < patience.hold_s:
            return spell, None
        return replace(spell, active=True, said_at=at, said_count=count), Phase.START
    silent_s = (at - spell.said_at) / SECOND_US
    if silent_s >= REPEAT_S or (count != spell.said_count and silent_s >= patience.update_s):
        return replace(spell, said_at=at, said_count=count), Phase.UPDATE
    return spell, None


def _gone(spell: Spell, patience: Patience, observed_s: float) -> tuple[Spell, Phase | None]:
    absent_s = spell.absent_s + (observed_s if not spell.present else 0.0)
    if spell.active and absent_s + 1e-9 >= patience.clear_s:
        return IDLE, Phase.END
    if not spell.active and absent_s > min(DIP_S, patience.clear_s):
        return IDLE, None
    return replace(spell, present=False, absent_s=absent_s), None
