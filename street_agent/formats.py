"""What an agent stores, by version: the rows of its outbox, the requests that it keeps, and its
checkpoint. Decides nothing.

A changed type whose older texts no longer mean the same gets an upcaster in
`street_agent/upcasters` and an entry here; see `citybrain.formats`.
"""

from citybrain.domain.event import OutboxItem, VerificationRequest
from citybrain.formats import Format
from street_agent.checkpoint.port import AgentCheckpoint

OUTBOX_ITEM = Format(OutboxItem)
REQUEST = Format(VerificationRequest)
CHECKPOINT = Format(AgentCheckpoint)
