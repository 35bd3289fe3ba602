"""The record of what a start found in the rows beside the records that these do not lead to, and
put right. It changes no state, and no core sees it.
"""

from citybrain.formats import Format
from citybrain.journal.port import CHECKPOINT_KIND, Letter, LetterLog, Timer
from citybrain.structs import Struct

CORRECTION_KIND = "rows_corrected"
UNDECIDED = frozenset({CHECKPOINT_KIND, CORRECTION_KIND})  # records that no core sees


class LetterSpan(Struct, frozen=True, kw_only=True):
    """Letters of one log, `first` to `last`."""

    to: str
    first: int
    last: int


class LetterLost(Struct, frozen=True, kw_only=True):
    """Stands in the store for a letter whose text is kept nowhere: its log declares a gap."""


class RowsCorrected(Struct, frozen=True, kw_only=True):
    """Rows are named up to a bound, as they were found; `left_out` counts the others. Spans and
    logs are complete."""

    timers_set: tuple[Timer, ...] = ()  # were missing, or altered
    timers_removed: tuple[Timer, ...] = ()  # nothing had set them
    letters_written: tuple[LetterSpan, ...] = ()  # were missing, or altered
    letters_lost: tuple[LetterSpan, ...] = ()  # … and their texts are kept nowhere
    letters_removed: tuple[Letter, ...] = ()  # altered, or nothing had posted them; cut short
    logs_set: tuple[LetterLog, ...] = ()  # as they are now
    left_out: int = 0


CORRECTION_FORMAT = Format(RowsCorrected)
LOST_KIND = "letter_lost"
LOST_FORMAT = Format(LetterLost)
