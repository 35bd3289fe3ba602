"""What a change of the packs in force sets in motion: new incidents follow the new playbooks, and
those that have begun keep theirs to their end.
"""

from collections.abc import Iterable

from citybrain.permissions import Permission, refusal_of
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.agents import watching
from district_node.cores.flows.paging.steps import pages_configured
from district_node.inputs import PacksChanged
from district_node.playbook import Playbook, playbook_id


def packs_changed(draft: DecisionDraft, changed: PacksChanged) -> None:
    """Refused without the permission: a notice says so, and nothing changes."""
    refused = refusal_of(changed.principal, Permission.CHANGE_PACKS)
    if refused is not None:
        draft.notice("packs_refused", changed.principal.name, refused.detail)
        return
    draft.setup = replace(
        draft.setup,
        packs=changed.packs,
        playbooks=changed.playbooks,
        assets=changed.assets,
        calendar=changed.calendar,
        routing=changed.routing,
    )
    put_in_force(draft, changed.playbooks)
    if changed.paging is not None:
        pages_configured(draft, changed.paging)
    watching.look_soon(draft)  # another darkness may be a case by these
    draft.notice(
        "packs_changed",
        changed.principal.name,
        ", ".join(f"{pack.name} {pack.version}" for pack in changed.packs),
    )


def put_in_force(draft: DecisionDraft, playbooks: Iterable[Playbook]) -> None:
    """Handle what begins from now on by `playbooks`; of earlier ones those are kept by which an
    incident is still handled.
    """
    named = [(playbook_id(playbook), playbook) for playbook in playbooks]
    used = {incident.playbook for incident in draft.incidents.values()}
    kept = [(name, known) for name, known in draft.playbooks.items() if name in used]
    draft.in_force = SortedMap((playbook.kind, name) for name, playbook in named)
    draft.playbooks = SortedMap([*kept, *named])
