"""Compares a store's timers and letters with those that its records lead to: what differs, and the
repair that makes them the same. Writes nothing.

Of a letter that is missing, its peer may have it: letters go from the front, up to the mark that
the store keeps in the transaction that deletes them. One in front of that mark is not looked for.
A mark that was moved forward with them shows when the peer greets: it asks for what is gone, and
the link is refused by name.
"""

from collections.abc import Iterator, Mapping

from citybrain.decider.rows.correction import LetterSpan, RowsCorrected
from citybrain.decider.rows.node_rows import (
    NodeRows,
    PostedLog,
    all_timers,
    digest_of,
    lost_letter,
    waiting_letters,
)
from citybrain.ids import TimerId
from citybrain.journal.port import Letter, LetterLog, RowRepair, Store, Timer
from citybrain.structs import Struct, replace

ROWS_NAMED = 200  # of each kind, in the record: a forged table has no end
PAYLOAD_KEPT = 4 * 1024  # bytes of a letter that was forged

Place = tuple[str, int]  # peer, position
Texts = Mapping[Place, Letter]


class RowsFound(Struct, frozen=True, kw_only=True):
    """What a start found. `correction` is the record and `repair` what is written with it; None:
    nothing differs. `unchecked` says why nothing could be compared; "": everything was."""

    correction: RowsCorrected | None = None
    repair: RowRepair | None = None
    unchecked: str = ""


def compared(rows: NodeRows, texts: Texts, store: Store) -> RowsFound:
    """`rows`: what is right; `texts`: letters that could be written again."""
    missing, extra = _timer_differences(rows, store)
    logs = _Logs(rows, texts, store)
    removed = logs.removed
    if not (missing or extra or removed or logs.written or logs.lost or logs.logs_set):
        return RowsFound()
    named = tuple(map(_cut_short, removed[:ROWS_NAMED]))
    correction = RowsCorrected(
        timers_set=missing[:ROWS_NAMED],
        timers_removed=extra[:ROWS_NAMED],
        letters_written=_spans((one.to, one.position) for one in logs.written),
        letters_lost=_spans(logs.lost),
        letters_removed=named,
        logs_set=tuple(logs.logs_set),
        left_out=sum(max(len(one) - ROWS_NAMED, 0) for one in (missing, extra, removed)),
    )
    repair = RowRepair(
        timers_removed=tuple(timer.timer for timer in extra),
        timers_set=missing,
        letters_removed=tuple((one.to, one.position) for one in removed),
        letters_written=(*logs.written, *(lost_letter(*place) for place in logs.lost)),
        logs_set=tuple(logs.logs_set),
    )
    return RowsFound(correction=correction, repair=repair)


def sentences(found: RowsCorrected) -> Iterator[str]:
    """What differed, a row each, for people."""
    for timer in found.timers_set:
        yield f"timer {timer.timer} was missing or altered"
    for timer in found.timers_removed:
        yield f"timer {timer.timer} was there, and nothing had set it"
    for span in found.letters_written:
        yield f"{_shown(span)} missing or altered"
    for span in found.letters_lost:
        yield f"{_shown(span)} missing or altered, and the text is kept nowhere: a declared gap"
    for letter in found.letters_removed:
        yield f"letter {letter.position} for {letter.to} ({letter.kind}) was forged or altered"
    for log in found.logs_set:
        yield f"the count of the letters for {log.to} was altered: the next one is {log.next}"
    if found.left_out:
        yield f"{found.left_out} more rows"


class _Logs:
    """The letters of all peers, walked once."""

    def __init__(self, rows: NodeRows, texts: Texts, store: Store) -> None:
        self._texts, self._store = texts, store
        self.removed: list[Letter] = []
        self.written: list[Letter] = []
        self.lost: list[Place] = []
        self.logs_set: list[LetterLog] = []
        stored = {log.to: log for log in store.letter_logs()}
        for to in sorted(rows.logs.keys() | stored.keys()):
            log = rows.logs.get(to, PostedLog())
            self._walk(to, log, self._discarded(to, log, stored.get(to)))

    def _discarded(self, to: str, log: PostedLog, stored: LetterLog | None) -> int:
        """Up to where the peer has the letters; a mark that cannot be is set right."""
        found = stored or LetterLog(to=to, next=1, discarded=0)
        is_possible = log.base <= found.discarded < log.next
        right = replace(
            found, next=log.next, discarded=found.discarded if is_possible else log.base
        )
        if right != found:
            self.logs_set.append(right)
        return right.discarded

    def _walk(self, to: str, log: PostedLog, discarded: int) -> None:
        due = discarded + 1
        for letter in waiting_letters(self._store, to):
            if not discarded < letter.position < log.next:
                self.removed.append(letter)
                continue
            self._miss(to, due, letter.position)
            due = letter.position + 1
            if digest_of(letter) != log.digest_at(letter.position):
                self.removed.append(letter)
                self._miss(to, letter.position, due)
        self._miss(to, due, log.next)

    def _miss(self, to: str, first: int, before: int) -> None:
        for place in ((to, position) for position in range(first, before)):
            text = self._texts.get(place)
            if text is None:
                self.lost.append(place)
            else:
                self.written.append(text)


def _timer_differences(rows: NodeRows, store: Store) -> tuple[tuple[Timer, ...], tuple[Timer, ...]]:
    """Those to be set, and those that nothing has set."""
    stored: dict[TimerId, Timer] = {row.timer: row for row in all_timers(store)}
    if stored == rows.timers:
        return (), ()
    missing = tuple(row for name, row in sorted(rows.timers.items()) if stored.get(name) != row)
    extra = tuple(row for name, row in sorted(stored.items()) if name not in rows.timers)
    return missing, extra


def _spans(places: Iterator[Place] | list[Place]) -> tuple[LetterSpan, ...]:
    found: list[LetterSpan] = []
    for to, position in sorted(places):
        last = found[-1] if found else None
        if last is not None and (last.to, last.last + 1) == (to, position):
            found[-1] = replace(last, last=position)
        else:
            found.append(LetterSpan(to=to, first=position, last=position))
    return tuple(found)


def _shown(span: LetterSpan) -> str:
    if span.first == span.last:
        return f"letter {span.first} for {span.to} was"
    return f"letters {span.first} to {span.last} for {span.to} were"


def _cut_short(letter: Letter) -> Letter:
    return replace(letter, payload=letter.payload[:PAYLOAD_KEPT])
