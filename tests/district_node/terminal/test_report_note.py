"""A reporter hears of a kind that no playbook knows, and which one was probably meant."""

from citybrain.api.client.incidents import WholeIncident
from district_node.cores import view
from district_node.terminal.report_note import unknown_kind_note


def whole(scenario):
    entry = view.queue_entry(scenario.incident(), "riverside", scenario.clock.now())
    return WholeIncident(entry=entry, basis=())


def test_a_misspelled_kind_is_named_with_the_one_that_was_meant(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event(incident_kind="crowdng")
    note = unknown_kind_note(whole(scenario), "crowdng")
    assert note.startswith("note: no playbook crowdng: did you mean crowding?")


def test_a_kind_like_no_other_is_named_without_a_guess(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event(incident_kind="zzz")
    note = unknown_kind_note(whole(scenario), "zzz")
    assert note.startswith("note: no playbook zzz (")


def test_who_asked_for_the_unknown_or_for_a_known_kind_gets_no_note(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    assert unknown_kind_note(whole(scenario), "crowding") == ""
    assert unknown_kind_note(whole(scenario), "unknown") == ""
