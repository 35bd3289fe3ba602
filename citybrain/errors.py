"""The kernel's errors. Every message says what is wrong, why, and what to do.

    CityBrainError               root of every error that this project raises on purpose
    ├── IllegalTriggerError      a stage table has no such step (the caller decides what that means)
    ├── ConfigError              a configuration with problems: all of them at once
    ├── MalformedError           bytes from outside that are no message of ours
    ├── StoreError               the journal cannot do its work
    │   ├── StoreFullError       disk or cap reached: the declared fate applies
    │   ├── StoreCorruptError    a hash chain or page does not verify
    │   ├── StoreBusyError       another process holds the store
    │   ├── StoreMissingError    a folder that had a store has none any more
    │   ├── ArchiveMismatchError     an archive and a journal are not parts of one chain
    │   └── UpgradeError         this version cannot take the file over as it is
    │       ├── NewerFormatError     a kind or version that this version does not know
    │       ├── FormatMismatchError  a text that does not fit the type that it should hold
    │       └── UncheckpointedRecordsError   records of other code behind the last checkpoint
    ├── QueueFullError           a bounded queue has no room: the caller applies its fate
    ├── InputRejectedError       no core could decide an input: it is quarantined, not journaled
    ├── NodeStoppingError        the node is stopping and takes nothing more
    ├── ClockNotSetError         node time was not moved: nothing is held back, or nobody may
    ├── TravelTimesError         an adapter of travel times answered what cannot be
    ├── BusError                 the broker cannot be used (address, login, protocol)
    └── RpcError                 a call failed: code, and whether to try again

Tiers hang their own trees below `CityBrainError` in their own `errors.py`.
"""

from citybrain.structs import Struct


class CityBrainError(Exception):
    """Root of every error that this project raises on purpose."""


class IllegalTriggerError(CityBrainError):
    """A stage table has no such step."""

    def __init__(self, *, noun: str, stage: str, trigger: str, legal: str) -> None:
        self.noun, self.stage, self.trigger = noun, stage, trigger
        super().__init__(
            f"{noun} is {stage}, and {str(trigger)!r} does not follow from there."
            f" From {stage} it can: {legal}."
        )


class ConfigProblem(Struct, frozen=True, kw_only=True):
    """One problem of a configuration: its key, what is wrong, and what would be right."""

    key: str
    problem: str
    remedy: str


class ConfigError(CityBrainError):
    """A configuration with problems, every one listed. Nothing was started."""

    def __init__(self, path: str, problems: tuple[ConfigProblem, ...]) -> None:
        self.path, self.problems = path, problems
        lines = [f"  {_visible(f'{p.key}: {p.problem}. {p.remedy}')}" for p in problems]
        super().__init__(
            f"{path} has {len(problems)} problem(s); nothing was started.\n" + "\n".join(lines)
        )


def _visible(text: str) -> str:
    """On one line, what controls a terminal spelled out: keys and values are whatever stood in a
    file."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


class MalformedError(CityBrainError):
    """Bytes from outside that are no message of ours. `reason` is a short code for counters and
    the quarantine."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"{reason}: {detail}")


class StoreError(CityBrainError):
    """The journal cannot do its work."""


class StoreFullError(StoreError):
    """The disk, or the cap that was set, is reached; nothing of the batch was kept. The declared
    fate of each queue applies until there is room."""


class StoreCorruptError(StoreError):
    """A hash chain, page or checkpoint does not verify. `citybrain journal verify` shows where."""


class StoreBusyError(StoreError):
    """Another process holds the store: one writer per file. Stop that process, or give this one a
    path of its own."""


class StoreMissingError(StoreError):
    """A folder that had a store has none any more. Nothing was begun: a person restores it, or says
    that an empty one is meant."""


class ArchiveMismatchError(StoreError):
    """An archive and a journal (or two archives) are not neighbouring parts of one chain."""


class UpgradeError(StoreError):
    """This version of the software cannot take the file over as it is. Nothing was changed, nothing
    was started; the version that wrote the file can still open it."""


class NewerFormatError(UpgradeError):
    """A record, letter, state or schema of a kind or version that this version does not know."""


class FormatMismatchError(UpgradeError):
    """A stored text does not fit the type that it should hold, after all its upcasters."""


class UncheckpointedRecordsError(UpgradeError):
    """Records that other code decided stand behind the last checkpoint, and the past is never
    decided anew. The version that wrote them makes the checkpoint."""


class QueueFullError(CityBrainError):
    """A bounded queue has no room; what was offered was not taken."""


class InputRejectedError(CityBrainError):
    """No core could decide an input. It was not journaled and changed nothing; the quarantine shows
    it. `error` is the core's own."""

    def __init__(self, kind: str, error: Exception) -> None:
        self.kind, self.error = kind, error
        super().__init__(f"an input of kind {kind} was rejected, nothing was changed: {error}")


class NodeStoppingError(CityBrainError):
    """The node is stopping; nothing more is taken in."""


class ClockNotSetError(CityBrainError):
    """Node time was not moved. `reason` is a code, `detail` says why and what to do."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(detail)


class TravelTimesError(CityBrainError):
    """An adapter of travel times answered what cannot be. Nothing rests on such an answer."""

    def __init__(self, source: str, fault: str) -> None:
        self.source, self.fault = source, fault
        super().__init__(
            f"the travel times of {source} hold {fault}, and no plan may rest on that. Run the "
            "contract tests of the adapter (tests/contract/test_travel_times.py), or start the "
            "node with the great circle."
        )

    def __reduce__(self) -> tuple[type["TravelTimesError"], tuple[str, str]]:
        return TravelTimesError, (self.source, self.fault)


class BusError(CityBrainError):
    """The broker cannot be used."""


class RpcError(CityBrainError):
    """A call failed. `code` is the gRPC status name; `retry` says whether the same call may succeed
    later, `retry_after_s` not before when. `reason`: the code of a refusal of the public API
    (`citybrain.api.problem_types`); "": the other side gave none."""

    def __init__(
        self, code: str, detail: str, *, retry: bool, reason: str = "", retry_after_s: float = 0.0
    ) -> None:
        self.code, self.detail, self.retry = code, detail, retry
        self.reason, self.retry_after_s = reason, retry_after_s
        when = f" It may be sent again in {retry_after_s:.0f} s." if retry_after_s else ""
        super().__init__(f"{code}: {detail}{when}")
