"""Who was called about an incident, and who is on call, as lists show them."""

from collections.abc import Iterator

from citybrain.api.lists.port import PublicMessage
from citybrain.api.resources.district import on_call_message
from citybrain.api.resources.incident import page_message, paging_message
from citybrain.clock import Timestamp
from district_node.cores.incidents.incident import Incident
from district_node.paging.on_call import on_call_now, person_of, policy_of
from district_node.paging.policy import PagingSetup, PersonId
from district_node.paging.progress import Page, Paging


def paging_row(incident: Incident, setup: PagingSetup) -> PublicMessage | None:
    """None: nobody was called, nor will be."""
    paging = incident.paging
    if paging is None:
        return None
    last = _called_last(paging)
    return paging_message(
        policy=paging.policy,
        step=_steps_done(paging, setup),
        to=dict.fromkeys(_name(setup, page.person) for page in last),
        since=last[0].at if last else paging.since,
        acknowledged_by=paging.acknowledged_by,
        acknowledged_at=paging.acknowledged_at,
        next_at=paging.due,
        pages=[_page(page, setup) for page in paging.pages],
        forgotten=paging.forgotten,
        ended=paging.ended,
    )


def on_call_rows(setup: PagingSetup, at: Timestamp) -> Iterator[PublicMessage]:
    """Of every rota, in the order of the configuration."""
    for rota in setup.rotas:
        found = on_call_now(setup, rota, at)
        yield on_call_message(
            rota=found.rota,
            people=found.people,
            names=[_name(setup, person) for person in found.people],
            gap=found.is_gap,
            until=found.until,
        )


def is_calling(incident: Incident) -> bool:
    """Whether somebody was called, and nobody has acknowledged."""
    paging = incident.paging
    return (
        paging is not None
        and bool(paging.pages)
        and not paging.acknowledged_by
        and not paging.ended
    )


def _called_last(paging: Paging) -> tuple[Page, ...]:
    if not paging.pages:
        return ()
    last_at = paging.pages[-1].at
    return tuple(page for page in paging.pages if page.at == last_at)


def _steps_done(paging: Paging, setup: PagingSetup) -> int:
    policy = policy_of(setup, paging.policy)
    return paging.round * (len(policy.steps) if policy is not None else 0) + paging.step


def _page(page: Page, setup: PagingSetup) -> PublicMessage:
    return page_message(
        page=page.page,
        person=page.person,
        name=_name(setup, page.person),
        channel=page.channel,
        state=page.state,
        at=page.at,
        reason=page.reason,
    )


def _name(setup: PagingSetup, person: PersonId) -> str:
    known = person_of(setup, person)
    return known.name if known is not None else person
