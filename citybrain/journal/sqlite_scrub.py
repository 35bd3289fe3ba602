"""Reads a journal through from end to end while its node runs, slowly, and finds what has been
damaged on the disk since it was written: every record against the hash chain, the texts of the
newest checkpoints against their hashes, every page of the other tables by SQLite's own check.

It has a connection of its own and holds no read transaction for longer than a page of records, so
that nobody waits for it. What the file's cache in memory still has whole it cannot see.
"""

import logging
import threading
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from citybrain.conditions import ConditionCode, Conditions
from citybrain.errors import StoreCorruptError, StoreError
from citybrain.journal import chain
from citybrain.journal.port import Head, Record
from citybrain.journal.sqlite import PAGE_RECORDS, SqliteStore
from citybrain.journal.verification import check_newest_text
from citybrain.limits import SCRUB_BYTES, SCRUB_RECORDS
from citybrain.sqlite.owned_file import open_reader
from citybrain.sqlite.page_check import check_pages, table_names
from citybrain.telemetry.metrics import MetricsRegistry

MIB = 1024 * 1024
FIRST_AFTER_S = 10.0  # a start has enough to do
AGAIN_AFTER_S = 24 * 3600.0  # pages decay by the week
RETRY_S = 60.0  # after a pass that could not be made
WALKED = frozenset({"records", "texts"})  # tables whose rows are read and hashed
CURE = (
    "The node goes on with the state that it has in memory. Stop it in order, so that a checkpoint"
    " keeps that state, and put the file aside; if the next start refuses it, restore the newest"
    " backup that `citybrain backup verify` calls whole."
)

log = logging.getLogger(__name__)

Pause = Callable[[float], bool]  # wait so many seconds; True: stop


class JournalScrub:
    """Passes over the journal at `path`, on a thread of its own from `start` to `stop`. What is
    damaged begins a condition, which lasts until the node is started from a whole file.

    `pause` is how it waits; tests give their own and call `one_pass`.
    """

    def __init__(
        self,
        path: Path,
        conditions: Conditions,
        registry: MetricsRegistry,
        *,
        pause: Pause | None = None,
    ) -> None:
        self._path, self._conditions = path, conditions
        self._stopped = threading.Event()
        self._pause = pause or self._stopped.wait
        self._thread = threading.Thread(target=self._run, name="journal-scrub", daemon=True)
        self._seq = registry.gauge("journal_scrubbed_seq", "The last record that was read back.")
        self._passes = registry.counter(
            "journal_scrubs", "Passes over the whole journal, by what was found.", ("result",)
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """It ends within a page; stopping what was not started is no error."""
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join(5)

    def one_pass(self) -> bool:
        """Read the whole journal; whether it was read to its end, or to what is damaged."""
        try:
            is_done = self._read_through()
        except StoreCorruptError as error:
            self._passes.add(1, "damaged")
            self._conditions.begin(ConditionCode.JOURNAL_DAMAGED, f"{error} {CURE}")
            return True
        except StoreError as error:
            log.warning("the journal could not be read back, and is tried again: %s", error)
            return False
        if is_done:
            self._passes.add(1, "whole")
        return is_done

    def _run(self) -> None:
        wait_s = FIRST_AFTER_S
        while not self._pause(wait_s):
            wait_s = AGAIN_AFTER_S if self.one_pass() else RETRY_S

    def _read_through(self) -> bool:
        store = SqliteStore.open_readonly(self._path)
        try:
            if not self._walk_records(store):
                return False
            try:
                check_newest_text(store)
            except StoreCorruptError:  # a newer checkpoint may have taken its place meanwhile
                check_newest_text(store)
        finally:
            store.close()
        return self._check_other_tables()

    def _walk_records(self, store: SqliteStore) -> bool:
        head = store.base()
        while page := tuple(islice(store.records(after=head.seq), PAGE_RECORDS)):
            head = _head_after(store, page, head)
            self._seq.set(float(head.seq))
            size = sum(len(record.payload) for record in page)
            wait_s = max(size / (SCRUB_BYTES.value * MIB), len(page) / SCRUB_RECORDS.value)
            if self._pause(wait_s):
                return False
        return True

    def _check_other_tables(self) -> bool:
        reader = open_reader(self._path)
        try:
            for table in table_names(reader, self._path):
                if table not in WALKED:
                    check_pages(reader, self._path, table)
                if self._pause(0.0):
                    return False
        finally:
            reader.close()
        return True


def _head_after(store: SqliteStore, page: tuple[Record, ...], head: Head) -> Head:
    """Where the walk is behind `page`; raises `StoreCorruptError` where it does not fit."""
    try:
        return chain.verify(page, head)
    except StoreCorruptError:
        base = store.base()
        if base.seq <= head.seq:
            raise
        return base  # older records went into an archive meanwhile
