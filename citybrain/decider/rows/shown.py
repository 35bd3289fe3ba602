"""What a start found wrong with the rows, as a condition of the node that lasts until the next
start.
"""

from itertools import islice

from citybrain.conditions import ConditionCode, Conditions
from citybrain.decider.rows.difference import RowsFound, sentences

SENTENCES_SHOWN = 20  # in one line of the log; the record names more
CURE = (
    "All of it was put right before anything else was done, and a record of kind rows_corrected"
    " names it. The records themselves fit their hashes. Look who or what has changed the file:"
    " a deleted timer would have left a case without its reminder. `citybrain journal verify PATH"
    " --replay` on a backup shows since when."
)


def show_rows(found: RowsFound, conditions: Conditions) -> None:
    """Begin the condition that `found` gives cause for, if any."""
    if found.correction is not None:
        shown = "; ".join(islice(sentences(found.correction), SENTENCES_SHOWN))
        conditions.begin(ConditionCode.ROWS_CORRECTED, f"{shown}. {CURE}")
    if found.unchecked:
        conditions.begin(ConditionCode.ROWS_UNCHECKED, found.unchecked)
