"""The timers and letters of a node, derived by the replay that a start makes anyway."""

from collections.abc import Iterable

from citybrain.clock import Timestamp
from citybrain.decider.batch_draft import letters_of
from citybrain.decider.command import Command
from citybrain.decider.rows.correction import RowsCorrected
from citybrain.decider.rows.difference import Place, RowsFound, compared
from citybrain.decider.rows.kept import KeptRows, rows_of
from citybrain.decider.rows.node_rows import rows_in
from citybrain.formats import FormatRegistry
from citybrain.journal.port import Letter, Store
from citybrain.structs import replace

UNCHECKED = (
    "the newest checkpoint was made by a version that kept no timers and letters with it, or they"
    " are damaged, so those in the store were taken at their word. Go through the open incidents"
    " once. From the next start on they are compared."
)
DIVERGED = (
    "the replay decided a record otherwise than when it was written (see the log), so timers and"
    " letters in the store were taken at their word. Install this version anew."
)


class RowsReplay:
    """`kept`: those that the checkpoint names from which the replay begins. None: it names none,
    and the store is taken at its word; nothing need be derived then."""

    def __init__(self, formats: FormatRegistry, store: Store, *, kept: KeptRows | None) -> None:
        self._formats = formats
        self._unchecked = "" if kept is not None else UNCHECKED
        self._texts: dict[Place, Letter] = {}
        self._discarded = {log.to: log.discarded for log in store.letter_logs()}
        self.rows = rows_of(kept) if kept is not None else rows_in(store)
        for letter in kept.letters if kept is not None else ():
            self._keep_text(letter)

    def decided(self, given: object, commands: Iterable[Command], at: Timestamp) -> None:
        """What the next record led to."""
        if not self._unchecked:
            commands = tuple(commands)
            self.rows.replayed(given, commands, at)
            for letter in self.rows.post(letters_of(commands, self._formats)):
                self._keep_text(letter)

    def corrected(self, correction: RowsCorrected) -> None:
        """An earlier start has corrected the rows at this record."""
        if not self._unchecked:
            self.rows.corrected(correction)

    def found(self, store: Store, *, is_divergent: bool = False) -> RowsFound:
        """After the last record: how `store` differs. `is_divergent`: this code decides otherwise
        than the one that wrote, and what it derives proves nothing."""
        if is_divergent:
            self.rows, self._unchecked = rows_in(store), DIVERGED
        return replace(compared(self.rows, self._texts, store), unchecked=self._unchecked)

    def _keep_text(self, letter: Letter) -> None:
        """Of what its peer has none is wanted."""
        if letter.position > self._discarded.get(letter.to, 0):
            self._texts[letter.to, letter.position] = letter
