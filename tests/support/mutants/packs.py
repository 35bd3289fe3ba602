"""Bugs of packs that change while a district runs."""

from typing import Any

from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from district_node.cores.flows import packs
from district_node.playbook import playbook_id
from mutants.mutant import Mutant, patch_attribute


def _open_ones_move(put_in_force: Any) -> Any:
    """Open incidents go on by the new version of their playbook."""

    def put_in_force_(draft: Any, playbooks: Any) -> None:
        put_in_force(draft, playbooks)
        for name, incident in draft.incidents.items():
            newest = draft.in_force.get(incident.kind) or incident.playbook
            draft.incidents = draft.incidents.put(name, replace(incident, playbook=newest))

    return put_in_force_


def _earlier_ones_dropped(_put_in_force: Any) -> Any:
    def put_in_force(draft: Any, playbooks: Any) -> None:
        named = [(playbook_id(playbook), playbook) for playbook in playbooks]
        draft.in_force = SortedMap((playbook.kind, name) for name, playbook in named)
        draft.playbooks = SortedMap(named)

    return put_in_force


def _stays(_put_in_force: Any) -> Any:
    return lambda _draft, _playbooks: None


MUTANTS = (
    Mutant(
        name="open_incidents_move",
        bug="Open incidents go on by the new version of their playbook when packs change.",
        laws=("playbook_kept",),
        plant=patch_attribute(packs, "put_in_force", _open_ones_move),
    ),
    Mutant(
        name="earlier_playbooks_dropped",
        bug="A change of packs drops the playbooks by which incidents are still handled.",
        laws=("playbook_kept",),
        plant=patch_attribute(packs, "put_in_force", _earlier_ones_dropped),
    ),
    Mutant(
        name="packs_not_in_force",
        bug="Changed packs are taken and shown, and new incidents follow the old ones.",
        laws=("playbook_kept",),
        plant=patch_attribute(packs, "put_in_force", _stays),
    ),
)
