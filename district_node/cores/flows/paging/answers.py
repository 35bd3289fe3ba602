"""What became of a page: its channel took it, or did not. A page that was given up is a line in
the incident's history.
"""

from citybrain.domain.page import PageState
from citybrain.ids import IncidentId
from citybrain.structs import replace
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.paging.steps import PAGING, put_paging
from district_node.cores.incidents.lifecycle import add_history
from district_node.inputs import PageDelivered, PageFailed
from district_node.paging.progress import UNSENT, Page, page_in, with_page


def page_delivered(draft: DecisionDraft, delivered: PageDelivered) -> None:
    """It was sent, whatever was decided in the meantime."""
    page = _page(draft, delivered.incident, delivered)
    if page is not None and page.state is not PageState.SENT:
        _put(draft, delivered.incident, replace(page, state=PageState.SENT, reason=""))


def page_failed(draft: DecisionDraft, failed: PageFailed) -> None:
    """The next step is due when it is due, whether this one reached anybody or not."""
    page = _page(draft, failed.incident, failed)
    if page is None or page.state not in UNSENT:
        return
    state = PageState.FAILED if failed.is_final else PageState.FAILING
    _put(draft, failed.incident, replace(page, state=state, reason=failed.reason))
    if failed.is_final:
        incident = draft.incidents[failed.incident]
        said = f"{page.person} {page.channel}: {failed.reason}"
        draft.put_incident(
            add_history(incident, "page_failed", draft.at, actor=PAGING, reason=said)
        )


def _page(
    draft: DecisionDraft, name: IncidentId, answer: PageDelivered | PageFailed
) -> Page | None:
    incident = draft.incidents.get(name)
    return page_in(incident.paging, answer.page) if incident is not None else None


def _put(draft: DecisionDraft, name: IncidentId, page: Page) -> None:
    incident = draft.incidents[name]
    if incident.paging is not None:
        put_paging(draft, incident, with_page(incident.paging, page))
