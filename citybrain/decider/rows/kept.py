"""The rows of a node as a checkpoint keeps them: a text beside that of the state, by its hash.

It is made from what the records lead to, never from the tables: what somebody altered while the
node ran is found at the next start instead of being confirmed.
"""

from citybrain.decider.rows.node_rows import NodeRows, PostedLog, digest_of, waiting_letters
from citybrain.decider.state_text import sorted_in_steps
from citybrain.formats import Format
from citybrain.journal.port import Letter, Store, Timer
from citybrain.limits import CHECKPOINT_LETTERS
from citybrain.structs import Struct


class KeptLog(Struct, frozen=True, kw_only=True):
    """A `PostedLog`; digests in hex."""

    to: str
    base: int
    digests: tuple[str, ...]


class KeptRows(Struct, frozen=True, kw_only=True):
    """`letters`: the texts of those that wait, up to CHECKPOINT_LETTERS, so that one that somebody
    deletes can be written again."""

    timers: tuple[Timer, ...]
    logs: tuple[KeptLog, ...]
    letters: tuple[Letter, ...]


KEPT_FORMAT = Format(KeptRows)
NOTHING = KeptRows(timers=(), logs=(), letters=())  # before the first record


def kept_rows(rows: NodeRows, store: Store) -> KeptRows:
    """`rows`, without what peers have by now, and with texts out of `store` that fit."""
    rows.discard(store.letter_logs())
    logs = sorted((to, log) for to, log in rows.logs.items())
    return KeptRows(
        timers=tuple(rows.timers[name] for name in sorted_in_steps(rows.timers)),
        logs=tuple(
            KeptLog(to=to, base=log.base, digests=tuple(one.hex() for one in log.digests))
            for to, log in logs
        ),
        letters=_texts(logs, store),
    )


def rows_of(kept: KeptRows) -> NodeRows:
    return NodeRows(
        {timer.timer: timer for timer in kept.timers},
        {
            log.to: PostedLog(
                base=log.base, digests=[bytes.fromhex(digest) for digest in log.digests]
            )
            for log in kept.logs
        },
    )


def leads_to(rows: NodeRows, kept: KeptRows) -> bool:
    """Whether `kept` are `rows`, but for letters that their peers had by then."""
    named = rows_of(kept)
    if named.timers != rows.timers or not rows.logs.keys() <= named.logs.keys():
        return False
    for to, log in named.logs.items():
        derived = rows.logs.get(to, PostedLog())
        known = log.base - derived.base
        if known < 0 or derived.next != log.next or derived.digests[known:] != log.digests:
            return False
    return True


def _texts(logs: list[tuple[str, PostedLog]], store: Store) -> tuple[Letter, ...]:
    found: list[Letter] = []
    for to, log in logs:
        if not log.digests:
            continue
        for letter in waiting_letters(store, to, after=log.base):
            if len(found) >= CHECKPOINT_LETTERS.value:
                return tuple(found)
            if letter.position >= log.next:  # posted since
                break
            if digest_of(letter) == log.digest_at(letter.position):
                found.append(letter)
    return tuple(found)
