"""Version 1 kept camera-shaped incidents: one agent, source, rule and picture each, and the
playbooks of the configuration alone. Contributions name their type now, and an incident the
playbook by which it is handled.

Version 1 does not say which sources are sensors: neither an incident nor a playbook, an agent's
visibility or a history does (the kinds of events do, and they are in records, which an upcaster
does not see and an archive may hold). Every episode becomes a camera's. No decision depends on it:
a source of either type is asked itself and must sense it over for the playbook's quiet time, and
nothing closes before. What screens say of it is mended by the source's next event
(`cores.incidents.contributions.add_event`).
"""

import json
from hashlib import sha256
from typing import Any


def upcast(text: bytes) -> bytes:
    state = json.loads(text)
    playbooks = {playbook["kind"]: playbook for playbook in state["setup"]["playbooks"]}
    ids = {kind: _playbook_id(playbook) for kind, playbook in playbooks.items()}
    state["in_force"] = ids
    state["playbooks"] = {ids[kind]: playbook for kind, playbook in playbooks.items()}
    for incident in state["incidents"].values():
        _upcast_incident(incident, ids)
    return _text(state)


def _upcast_incident(incident: dict[str, Any], ids: dict[str, str]) -> None:
    incident["reported_kind"] = incident["kind"]
    incident["playbook"] = ids.get(incident["kind"], "")
    incident["last_observed_at"] = incident.pop("last_event_at")
    incident["contribution_count"] = incident.pop("episode_count")
    incident["first_source"] = f"{incident.pop('agent')}/{incident.pop('source')}"
    del incident["rule"]
    evidence, incident["evidence"] = incident.pop("evidence"), []
    episodes = incident["contributions"] or ()
    for _, episode in episodes:
        episode.update(type="episode", source_type="camera")
    if episodes and evidence is not None:
        key, _ = max(episodes, key=lambda kept: (kept[1]["live"], kept[1]["since"]))
        incident["evidence"] = [[key, evidence]]
    if incident["verification"] is not None:
        incident["verification"].update(type="agent", method="look_again")


def _playbook_id(playbook: dict[str, Any]) -> str:
    return f"{playbook['kind']}@{sha256(_text(playbook)).hexdigest()[:16]}"


def _text(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
