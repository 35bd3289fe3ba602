"""The kernel's errors. Every message says what is wrong, why, and what to do.

    CityBrainError                  root of every error that this project raises on purpose
    ├── IllegalTriggerError                  a stage table has no such step (the caller decides what that means)
    ├── ConfigError                a configuration with faults: all of them at once
    ├── MalformedError                   bytes from outside that are no message of ours: reason code for the quarantine
    ├── StoreError                  the journal cannot do its work
    │   ├── StoreFullError               disk or cap reached: the declared fate applies
    │   ├── StoreCorruptError            a hash chain or page does not verify
    │   └── StoreBusyError               another process holds the store
    ├── QueueFullError                   a bounded queue has no room: the caller applies its fate
    ├── InputRejectedError               no core could decide an input: it is in the quarantine, not in the journal
    ├── NodeStoppingError                 the node is stopping and takes nothing more
    ├── BusError                    the broker cannot be used (address, login, protocol)
    └── RpcError                    a call failed: code, and whether to try again

Tiers hang their own trees below `CityBrainError` in their own `errors.py`.
"""

from dataclasses import dataclass


class CityBrainError(Exception):
    """Root of every error that this project raises on purpose."""


class IllegalTriggerError(CityBrainError):
    """A stage table has no such step."""

    def __init__(self, *, noun: str, stage: str, trigger: str, legal: str) -> None:
        self.noun, self.stage, self.trigger = noun, stage, trigger
        super().__init__(
            f"{noun} is {stage}, and {str(trigger)!r} does not follow from there. From {stage} it can: {legal}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault of a configuration: which key, what is wrong, what would be right."""

    key: str
    wrong: str
    right: str


class ConfigError(CityBrainError):
    """A configuration with faults, every one listed. Nothing was started."""

    def __init__(self, path: str, faults: tuple[Fault, ...]) -> None:
        self.path, self.faults = path, faults
        lines = [f"  {f.key}: {f.wrong}. {f.right}" for f in faults]
        super().__init__(
            f"{path} has {len(faults)} fault(s); nothing was started.\n" + "\n".join(lines)
        )


class MalformedError(CityBrainError):
    """Bytes from outside that are no message of ours. `reason` is a short code for counters and the quarantine."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"{reason}: {detail}")


class StoreError(CityBrainError):
    """The journal cannot do its work."""


class StoreFullError(StoreError):
    """The disk, or the cap that was set, is reached; nothing of the batch was kept. The declared fate of each queue applies until there is room."""


class StoreCorruptError(StoreError):
    """A hash chain, a page or a snapshot does not verify. `citybrain journal verify` shows where."""


class StoreBusyError(StoreError):
    """Another process holds the store: one writer per file. Stop that process, or give this one a path of its own."""


class QueueFullError(CityBrainError):
    """A bounded queue has no room; what was offered was not taken."""


class InputRejectedError(CityBrainError):
    """No core could decide an input. It was not journaled and changed nothing; the quarantine shows it. `error` is the core's own."""

    def __init__(self, kind: str, error: Exception) -> None:
        self.kind, self.error = kind, error
        super().__init__(f"an input of kind {kind} was rejected, nothing was changed: {error}")


class NodeStoppingError(CityBrainError):
    """The node is stopping; nothing more is taken in."""


class BusError(CityBrainError):
    """The broker cannot be used."""


class RpcError(CityBrainError):
    """A call failed. `code` is the gRPC status name; `retry` says whether the same call may go through later."""

    def __init__(self, code: str, detail: str, *, retry: bool) -> None:
        self.code, self.detail, self.retry = code, detail, retry
        super().__init__(f"{code}: {detail}")
