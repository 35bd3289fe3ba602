"""A row of the outbox's file: read as what it should hold, or known as one that cannot be read.
Changes nothing."""

from typing import NamedTuple

from citybrain.ack_ranges import covered
from citybrain.domain.event import Gap, OutboxItem
from citybrain.errors import UpgradeError
from street_agent.formats import OUTBOX_ITEM
from street_agent.outbox.port import OutboxRow
from street_agent.outbox.priority import GAP_PRIORITY, loss_of_unreadable

UNREADABLE = "unreadable"  # the reason of the gap that stands for such a row


class UnreadableRowError(ValueError):
    """The row does not hold what its columns say. It is set apart, and its numbers are declared."""


class SetApartRow(NamedTuple):
    """A row that could not be read, for whoever looks what was wrong with it."""

    kind: str  # item or request
    name: str  # of an item: its numbers; of a request: its id
    version: int
    reason: str
    payload: bytes


class StoredRow(NamedTuple):
    """The columns of a row, in the order of the queries."""

    seq: int
    last: int
    priority: int
    revision: int
    size: int
    version: int
    payload: bytes

    def read(self) -> OutboxRow:
        """Raises `UnreadableRowError`."""
        try:
            item = OUTBOX_ITEM.decode(self.payload, self.version)
        except UpgradeError as error:
            raise UnreadableRowError(str(error.__cause__ or error)) from error
        numbers = covered(item)
        if (item.seq, numbers.first, numbers.last) != (self.seq, self.seq, self.last):
            raise UnreadableRowError(
                f"it is stored as {self.seq} to {self.last} and says that it is {item.seq}, for"
                f" {numbers.first} to {numbers.last}"
            )
        return OutboxRow(item=item, priority=self.priority, revision=self.revision, size=self.size)

    def is_itself(self) -> bool:
        """Whether a row that can be decoded is what its columns say."""
        try:
            self.read()
        except UnreadableRowError:
            return False
        return True

    def declared(self) -> OutboxItem:
        """The gap that takes the row's place: what it was is unknown, but for its priority."""
        count = self.last - self.seq + 1 if self.priority == GAP_PRIORITY else 1
        loss = loss_of_unreadable(self.priority, count)
        gap = Gap(first=self.seq, last=self.last, reason=UNREADABLE, losses=(loss,))
        return OutboxItem(seq=self.seq, content=gap)
