"""Walks a journal record by record through the cores that wrote it and notes what they decide now.

It goes on where it stopped, so a live journal costs its new records only.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from citybrain import canon
from citybrain.errors import StoreCorrupt
from citybrain.journal import chain
from citybrain.journal.port import GENESIS, Head, Record, Snapshot
from citybrain.reactor.command import Moment
from citybrain.reactor.reactor import KERNEL_KINDS, Decide, commands_digest
from citysim.laws.history import NodeHistory, Step

# the beginnings of JPEG, PNG, GIF, MP4 and H.264 in base64 and as escaped or plain bytes, and any text too long to be a word of ours
PICTURE = re.compile(rb"/9j/|iVBORw0KGgo|R0lGOD|AAAAIGZ0eXA|AAAAAWdC|\xff\xd8\xff|\\u00ff\\u00d8\\u00ff|[A-Za-z0-9+/=]{512,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cores:
    """A tier's cores: what decides, from which state, and the inputs by name."""

    decide: Decide[Any]
    initial: Any
    kinds: Mapping[str, type]


class Walk:
    """One node's."""

    def __init__(self, name: str, cores: Cores) -> None:
        self._name, self._cores = name, cores
        self._kinds = {**KERNEL_KINDS, **cores.kinds}
        self._state: Any = cores.initial
        self._head = Head(seq=0, hash=GENESIS)
        self._steps: list[Step] = []
        self._divergent: list[int] = []
        self._fault = ""
        self._hashes: dict[int, str] = {}

    @property
    def after(self) -> int:
        """The last record walked."""
        return self._head.seq

    def go_on(self, records: Iterable[Record], *, snapshot: Snapshot | None = None) -> None:
        """Walk what is new. `snapshot` is compared when the walk passes it; a broken chain ends the walk for good."""
        for record in records:
            if self._fault:
                return
            try:
                self._head = chain.verify([record], self._head)
            except StoreCorrupt as error:
                self._fault = str(error)
                return
            self._step(record)
            if snapshot is not None and snapshot.seq == record.seq and snapshot.hash != canon.digest(self._state):
                self._hashes[record.seq] = snapshot.hash

    def history(self, *, epoch: str = "", let_go: tuple[tuple[str, int], ...] = ()) -> NodeHistory:
        return NodeHistory(
            name=self._name,
            epoch=epoch,
            steps=tuple(self._steps),
            divergent=tuple(self._divergent),
            chain_fault=self._fault,
            snapshot_faults=tuple(f"the snapshot at record {seq} is not the state that the records lead to" for seq in sorted(self._hashes)),
            state=self._state,
            let_go=let_go,
        )

    def _step(self, record: Record) -> None:
        kind = self._kinds.get(record.kind)
        if kind is None:
            self._fault = f"record {record.seq} is of kind {record.kind!r}, which this version does not know"
            return
        seen: Any = canon.decode(record.payload, kind)
        self._state, commands = self._cores.decide(self._state, seen, Moment(seq=record.seq, at=record.at))
        if commands_digest(commands) != record.commands_digest:
            self._divergent.append(record.seq)
        found = PICTURE.search(record.payload)
        suspicious = "" if found is None else found.group()[:16].decode("latin-1")
        self._steps.append(Step(seq=record.seq, at=record.at, input=seen, commands=commands, size=len(record.payload), suspicious=suspicious))
