"""Who was called about an incident, and how that goes on: values, and the pure steps between them.
Which people a step of a policy means, and what a page says, is not here.
"""

from citybrain.clock import Timestamp, later
from citybrain.domain.page import Channel, PageId, PageState
from citybrain.structs import Struct, replace
from citybrain.vocabulary import Severity
from district_node.paging.limits import PAGES_KEPT
from district_node.paging.policy import PersonId, Policy, PolicyId

# of these a page may still become another
UNSENT = frozenset({PageState.WAITING, PageState.FAILING})


class Page(Struct, frozen=True, kw_only=True):
    """One person was called by one channel. `reason`: why it failed."""

    page: PageId
    person: PersonId
    channel: Channel
    at: Timestamp
    state: PageState = PageState.WAITING
    reason: str = ""


class Paging(Struct, frozen=True, kw_only=True):
    """One run through a policy, begun when the incident had `severity`. `step` is the one that is
    due at `due`, behind the last one the end of the round; `due` of an acknowledged one is when it
    counts as forgotten. None: nothing more follows by itself."""

    policy: PolicyId
    severity: Severity
    since: Timestamp
    due: Timestamp | None
    round: int = 0  # from 0
    step: int = 0
    pages: tuple[Page, ...] = ()  # the newest last
    acknowledged_by: str = ""
    acknowledged_at: Timestamp | None = None
    forgotten: int = 0  # acknowledgements that nothing followed
    ended: bool = False  # the incident wanted nobody any more


def begun(policy: Policy, severity: Severity, at: Timestamp) -> Paging:
    """Before its first step."""
    due = later(at, policy.steps[0].wait_s)
    return Paging(policy=policy.policy, severity=severity, since=at, due=due)


def stepped(paging: Paging, policy: Policy, pages: tuple[Page, ...], at: Timestamp) -> Paging:
    """After its present step, by which `pages` go out."""
    following = paging.step + 1
    is_last = following >= len(policy.steps)
    wait_s = policy.again_s if is_last else policy.steps[following].wait_s
    kept = (*paging.pages, *pages)[-PAGES_KEPT.value :]
    return replace(paging, pages=kept, step=following, due=later(at, wait_s))


def next_round(paging: Paging, policy: Policy) -> Paging | None:
    """At the first step of the next round; None: all of them are over."""
    if paging.round >= policy.repeat:
        return None
    return replace(paging, round=paging.round + 1, step=0)


def acknowledged(paging: Paging, policy: Policy | None, by: str, at: Timestamp) -> Paging:
    """What was not yet sent is not sent any more."""
    forgotten_s = policy.forgotten_s if policy is not None else 0.0
    return replace(
        _with_unsent_withdrawn(paging),
        acknowledged_by=by,
        acknowledged_at=at,
        due=later(at, forgotten_s) if forgotten_s else None,
    )


def unacknowledged(paging: Paging, policy: Policy) -> Paging:
    """At the next step, or again at the first: nothing followed the acknowledgement."""
    return replace(
        paging,
        acknowledged_by="",
        acknowledged_at=None,
        forgotten=paging.forgotten + 1,
        step=paging.step if paging.step < len(policy.steps) else 0,
    )


def ended(paging: Paging) -> Paging:
    """The incident wants nobody any more."""
    return replace(_with_unsent_withdrawn(paging), due=None, ended=True)


def page_in(paging: Paging | None, page: PageId) -> Page | None:
    """None: there is none of that name, or it is long ago."""
    pages = paging.pages if paging is not None else ()
    return next((one for one in pages if one.page == page), None)


def with_page(paging: Paging, page: Page) -> Paging:
    """With what became of one of its pages."""
    pages = tuple(page if one.page == page.page else one for one in paging.pages)
    return replace(paging, pages=pages)


def _with_unsent_withdrawn(paging: Paging) -> Paging:
    pages = tuple(
        replace(page, state=PageState.WITHDRAWN) if page.state in UNSENT else page
        for page in paging.pages
    )
    return replace(paging, pages=pages)
