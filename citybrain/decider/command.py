"""What cores may ask for, and the kernel's own inputs. Letters and timers commit with the record;
replies and notices leave only after the commit."""

from citybrain.clock import Timestamp
from citybrain.domain.clock import ClockAction
from citybrain.domain.event import VerificationRequest
from citybrain.domain.link import DownLetter, UpLetter
from citybrain.domain.page import PageLetter
from citybrain.domain.principal import Principal
from citybrain.ids import RequestId, TimerId
from citybrain.structs import Struct

# of the kernel, what a core's decision depends on: part of every tier's fingerprint
KERNEL_DECIDING = (
    "citybrain.canonical_json",
    "citybrain.clock",
    "citybrain.domain",
    "citybrain.errors",  # a refusal's sentence is part of the answer
    "citybrain.geo",
    "citybrain.ids",
    "citybrain.kinds",
    "citybrain.limits",
    "citybrain.localized_name",
    "citybrain.permissions",
    "citybrain.ack_ranges",
    "citybrain.decider.batch_draft",
    "citybrain.decider.command",
    "citybrain.decider.decider",
    "citybrain.decider.rows.node_rows",
    "citybrain.node_time.rebase",
    "citybrain.formats",
    "citybrain.stages",
    "citybrain.sorted_map",
    "citybrain.structs",
    "citybrain.vocabulary",
)


PostedLetter = UpLetter | DownLetter | VerificationRequest | PageLetter


class Post(Struct, frozen=True, kw_only=True):
    """A durable letter: `letter` is a value of a registered kind that travels to `to` until that
    peer has committed it."""

    to: str
    letter: PostedLetter


class SetTimer(Struct, frozen=True, kw_only=True):
    timer: TimerId
    due: Timestamp
    subject: str
    version: int = 0


class CancelTimer(Struct, frozen=True, kw_only=True):
    timer: TimerId


class Reply(Struct, frozen=True, kw_only=True):
    """The answer to the submitter of the input. `subject`: the id of what it made or changed, where
    the submitter could not know it. `content`: only in a memory of requests, the digest of what was
    asked ("": not known)."""

    request: RequestId
    done: bool
    reason: str = ""
    detail: str = ""
    subject: str = ""
    content: str = ""


class Notice(Struct, frozen=True, kw_only=True):
    """Something that a screen or a metric may show; losing it loses nothing. `code` names it,
    `subject` an id."""

    code: str
    subject: str
    detail: str = ""


Command = Post | SetTimer | CancelTimer | Reply | Notice


class TimerFired(Struct, frozen=True, kw_only=True):
    """The input that a due timer becomes."""

    timer: TimerId
    subject: str
    version: int


class ClockStepped(Struct, frozen=True, kw_only=True):
    """Node time follows a step of `micros` of the machine's wall clock, or goes on after so long a
    sleep of the machine; a step back it slews off. What is held back is not journaled."""

    micros: int


class ClockSet(Struct, frozen=True, kw_only=True):
    """A person said what a held-back step of the wall clock was: node time moves by `micros`, to
    the time of this record. `timers`: of a rebase, every timer as it stood before."""

    action: ClockAction
    principal: Principal
    micros: int
    timers: tuple[SetTimer, ...] = ()


class DecisionContext(Struct, frozen=True, kw_only=True):
    """When an input is decided: the number its record gets (for names) and node time."""

    seq: int
    at: Timestamp
