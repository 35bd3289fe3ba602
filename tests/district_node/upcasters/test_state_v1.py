"""A state of version 1, from the committed set and made up: what became of its incidents."""

import json

import pytest
from upgrade_fixtures import files
from upgrade_fixtures.sets import FIXTURES

from citybrain import canonical_json
from citybrain.ids import CountingIds
from citybrain.journal.checkpoint import checkpoint_in
from citybrain.journal.sqlite import SqliteStore
from citybrain.sorted_map import SortedMap
from district_node.cores.incidents.contribution import (
    Episode,
    EpisodeKey,
    SourceType,
    VerificationMethod,
    contribution_key,
)
from district_node.cores.incidents.incident import AgentVerification, clears_itself
from district_node.cores.view import first_rule, newest_evidence
from district_node.formats import STATE
from district_node.playbook import NO_PLAYBOOK, playbook_id
from district_node.playbooks.load import load_playbooks

VERSION = 1
EVIDENCE = {"aspect": 1.5, "outline": [[0.1, 0.2], [0.3, 0.4]], "boxes": []}


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    """The states of version 1 that the committed set holds, the newest first."""
    folder = files.copied(FIXTURES / "0.1.0-dev", tmp_path_factory.mktemp("sets") / "set")
    store = SqliteStore.open(folder / "district.db", ids=CountingIds())
    checkpoints = [checkpoint_in(record) for record in store.checkpoints()]
    found = [store.text(one.state_hash) for one in checkpoints if one.state_version == VERSION]
    store.close()
    return [text for text in found if text is not None]


@pytest.fixture
def old(texts):
    """The newest of them as plain JSON, to be changed."""
    return json.loads(texts[0])


def upcast(state):
    return STATE.decode(json.dumps(state).encode(), VERSION)


def an_incident(state):
    """(name, the incident as version 1 kept it) of one with several episodes."""
    return max(state["incidents"].items(), key=lambda item: len(item[1]["contributions"]))


def test_the_committed_set_holds_states_of_version_1_with_incidents(texts):
    assert len(texts) == 2 and all(json.loads(text)["incidents"] for text in texts)


def test_every_incident_and_episode_is_kept(texts):
    for text in texts:
        old, new = json.loads(text), STATE.decode(text, VERSION)
        assert list(new.incidents) == sorted(old["incidents"])
        for name, incident in new.incidents.items():
            before = old["incidents"][name]
            assert (incident.kind, incident.reported_kind) == (before["kind"], before["kind"])
            assert incident.last_observed_at == before["last_event_at"]
            assert incident.contribution_count == before["episode_count"]
            assert incident.first_source == f"{before['agent']}/{before['source']}"
            assert first_rule(incident) == before["rule"]
            assert incident.live_count == before["live_count"]
            keys = [tuple(key) for key, _ in before["contributions"]]
            assert list(incident.contributions) == [EpisodeKey(*key) for key in keys]


def test_a_contribution_is_an_episode_under_its_own_key(texts):
    for incident in STATE.decode(texts[0], VERSION).incidents.values():
        for key, known in incident.contributions.items():
            assert isinstance(known, Episode) and contribution_key(known) == key
            assert known.source_type is SourceType.CAMERA, "version 1 does not say"
        assert clears_itself(incident) is (incident.live_count == 0)


def test_evidence_goes_to_the_newest_live_episode(old):
    name, incident = an_incident(old)
    episodes = [episode for _, episode in incident["contributions"]]
    live = next(episode for episode in episodes if episode["live"])
    for number, episode in enumerate(episodes):
        episode["since"] += number
    episodes[-1]["since"] = live["since"] + 1_000  # newer, and over
    assert not episodes[-1]["live"]
    incident["evidence"] = EVIDENCE
    new = upcast(old).incidents[name]
    ((key, evidence),) = new.evidence.items()
    assert (new.contributions[key].episode, new.contributions[key].live) == (live["episode"], True)
    assert newest_evidence(new) == evidence


def test_evidence_goes_to_the_newest_episode_where_none_is_live(old):
    name, incident = an_incident(old)
    for _, episode in incident["contributions"]:
        episode["live"] = False
    incident["live_count"] = 0
    incident["evidence"] = EVIDENCE
    newest = max((episode for _, episode in incident["contributions"]), key=lambda e: e["since"])
    new = upcast(old).incidents[name]
    (key,) = new.evidence
    assert new.contributions[key].episode == newest["episode"]


def test_evidence_of_an_incident_without_episodes_is_dropped(old):
    name, incident = an_incident(old)
    incident.update(contributions=[], live_count=0, evidence=EVIDENCE)
    assert newest_evidence(upcast(old).incidents[name]) is None


def test_a_verification_is_an_agent_s(old):
    name, incident = an_incident(old)
    _, episode = incident["contributions"][0]
    asked = {"request": "r-1", "deadline": 99, "late": True}
    asked |= {part: episode[part] for part in ("agent", "source", "rule")}
    incident["verification"] = dict(asked)
    verification = upcast(old).incidents[name].verification
    assert verification == AgentVerification(method=VerificationMethod.LOOK_AGAIN, **asked)


def test_playbooks_keep_the_ids_that_their_version_gave_them(texts):
    """An id is of the playbook's whole content, so that of a version with more fields is another:
    what is open goes on by the one that opened it."""
    for text in texts:
        state = STATE.decode(text, VERSION)
        assert set(state.setup.playbooks) == set(state.playbooks.values())
        for name, playbook in state.playbooks.items():
            assert name.partition("@")[0] == playbook.kind
            assert state.in_force[playbook.kind] == name
        for incident in state.incidents.values():
            assert state.playbooks[incident.playbook].kind == incident.kind


def test_the_same_playbooks_put_in_force_anew_have_the_same_ids(old):
    today = load_playbooks()
    old["setup"]["playbooks"] = json.loads(canonical_json.encode(today))
    state = upcast(old)
    assert state.in_force == SortedMap({one.kind: playbook_id(one) for one in today})


def test_an_incident_whose_playbook_is_gone_is_handled_by_the_built_in_one(old):
    name, incident = an_incident(old)
    kept = [p for p in old["setup"]["playbooks"] if p["kind"] != incident["kind"]]
    old["setup"]["playbooks"] = kept
    state = upcast(old)
    assert state.incidents[name].playbook == NO_PLAYBOOK
    assert NO_PLAYBOOK not in state.playbooks and incident["kind"] not in state.in_force


def test_a_state_without_incidents_and_playbooks_is_read(old):
    old.update(incidents={})
    old["setup"]["playbooks"] = []
    state = upcast(old)
    assert not state.incidents and not state.playbooks and not state.in_force


def test_what_was_upcast_is_written_and_read_as_this_version_s(texts):
    state = STATE.decode(texts[0], VERSION)
    assert STATE.decode(canonical_json.encode(state), STATE.version) == state
