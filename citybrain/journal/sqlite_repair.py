"""Writes a repair of rows into a journal's file, in a transaction that is open. Decides nothing."""

from collections.abc import Mapping

import apsw

from citybrain.journal.port import RowRepair


def write_repair(writer: apsw.Connection, sql: Mapping[str, str], repair: RowRepair) -> None:
    """See `journal.port.RowRepair`; `sql`: the journal's statements by name."""
    writer.executemany(sql["cancel_timer"], [(timer,) for timer in repair.timers_removed])
    writer.executemany(
        sql["set_timer"], [(t.timer, t.due, t.subject, t.version) for t in repair.timers_set]
    )
    writer.executemany(sql["remove_letter"], repair.letters_removed)
    writer.executemany(
        sql["add_letter"],
        [(x.to, x.position, x.kind, x.version, x.payload) for x in repair.letters_written],
    )
    writer.executemany(
        sql["set_letter_log"], [(log.to, log.next, log.discarded) for log in repair.logs_set]
    )
