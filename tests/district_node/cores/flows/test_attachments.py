"""Files of cases as the cores decide on them: who may attach, how many, what a merge lists, what is
taken back, and which bytes are kept. No bytes pass here."""

import pytest
from attached_pictures import a_picture, assert_kept_files_are_those_that_cases_name

from citybrain.decider.command import Reply
from citybrain.domain.console import OperatorAction
from citybrain.domain.principal import Role, unauthenticated
from citybrain.structs import replace
from citybrain.vocabulary import CrewAction, IncidentStage, OperatorVerb
from district_node.cores.attachments.limits import ATTACHED_BYTES, ATTACHMENTS
from district_node.inputs import OperatorActed
from district_node.limits import ENDED_INCIDENT_RETENTION

ATTACH, REDACT = OperatorVerb.ATTACH, OperatorVerb.REDACT


def files(scenario, incident=""):
    found = scenario.state.incidents[incident] if incident else scenario.incident()
    return found.case_file.attachments


def facts(state):
    return replace(state, idempotency=type(state.idempotency)())


def attach_as(scenario, principal, upload, incident="", request="crew-1"):
    action = OperatorAction(
        request=request,
        operator=principal.name,
        incident=incident or scenario.incident().incident,
        verb=ATTACH,
        upload=upload,
    )
    commands = scenario.submit(OperatorActed(action=action, principal=principal))
    return next(c for c in commands if isinstance(c, Reply))


@pytest.fixture
def dispatched(scenario):
    """A patrol is on its way to a crowd; a pump is free."""
    scenario.start(scenario.a_unit("riverside-1"), scenario.a_unit("riverside-2", "pump"))
    scenario.send_event()
    return scenario


@pytest.fixture
def two(dispatched):
    """Another case far from the first; the names of both."""
    dispatched.send_event(episode="e9", source="cam-9", place=dispatched.near(5_000))
    return sorted(dispatched.state.incidents.keys())


def test_a_file_stands_in_the_case_with_who_attached_it_and_the_history_says_so(dispatched):
    done = dispatched.act(ATTACH, upload=a_picture("manhole"))
    (one,) = files(dispatched)
    assert (done.done, done.reason, one.attachment in done.detail) == (True, "attached", True)
    assert (one.actor, one.name, one.at) == ("Li Na", "manhole.jpg", dispatched.clock.now())
    line = dispatched.incident().history[-1]
    assert (line.code, line.actor, line.reason) == ("attached", "Li Na", "manhole.jpg")
    assert dispatched.state.attached_files.keys() == [one.sha256]


def test_a_district_that_takes_no_files_says_how_that_is_switched_on(scenario):
    scenario.start(scenario.a_unit("riverside-1"), takes_files=False)
    scenario.send_event()
    before = facts(scenario.state)
    refused = scenario.act(ATTACH, upload=a_picture())
    assert (refused.done, refused.reason) == (False, "attachments_off")
    assert "[attachments]" in refused.detail and "enabled = true" in refused.detail
    assert facts(scenario.state) == before


def test_an_action_without_a_file_says_how_to_send_one(dispatched):
    refused = dispatched.act(ATTACH)
    assert (refused.done, refused.reason) == (False, "no_file")


def test_the_same_file_twice_is_one_and_the_same_request_with_another_file_is_refused(dispatched):
    assert dispatched.act(ATTACH, upload=a_picture("a"), request="r1").done
    again = dispatched.act(ATTACH, upload=a_picture("a"), request="r1")
    assert (again.done, again.reason) == (True, "attached")
    other = dispatched.act(ATTACH, upload=a_picture("b"), request="r1")
    assert (other.done, other.reason) == (False, "request_reused")
    twice = dispatched.act(ATTACH, upload=a_picture("a"), request="r2")
    assert (twice.done, twice.reason) == (True, "attached_already")
    assert len(files(dispatched)) == 1


def test_a_closed_case_takes_no_file_and_what_it_has_may_be_taken_back(dispatched):
    dispatched.act(ATTACH, upload=a_picture())
    dispatched.act(OperatorVerb.CLOSE, reason="gone")
    refused = dispatched.act(ATTACH, upload=a_picture("more"))
    assert (refused.reason, "Open it again first" in refused.detail) == ("stage:closed", True)
    (one,) = files(dispatched)
    assert dispatched.act(REDACT, attachment=one.attachment, reason="shows a face").done


def test_a_crew_attaches_to_the_case_of_its_order_and_to_no_other(dispatched):
    crew = unauthenticated("riverside-1", Role.CREW)
    assert attach_as(dispatched, crew, a_picture("scene")).done
    refused = attach_as(dispatched, unauthenticated("riverside-2", Role.CREW), a_picture("x"))
    assert (refused.done, refused.reason) == (False, "not_its_case")
    dispatched.press("riverside-1", CrewAction.CANNOT, reason="flat tyre")
    assert attach_as(dispatched, crew, a_picture("why"), request="crew-2").done, "it was its order"
    assert [one.actor for one in files(dispatched)] == ["riverside-1", "riverside-1"]


def test_a_viewer_attaches_nothing_and_a_crew_takes_nothing_back(dispatched):
    viewer = unauthenticated("Wu", Role.VIEWER)
    assert attach_as(dispatched, viewer, a_picture()).reason == "not_permitted"
    dispatched.act(ATTACH, upload=a_picture())
    (one,) = files(dispatched)
    action = OperatorAction(
        request="r9",
        operator="riverside-1",
        incident=dispatched.incident().incident,
        verb=REDACT,
        attachment=one.attachment,
        reason="blurred",
    )
    crew = unauthenticated("riverside-1", Role.CREW)
    commands = dispatched.submit(OperatorActed(action=action, principal=crew))
    assert next(c for c in commands if isinstance(c, Reply)).reason == "not_permitted"


def test_one_file_too_many_is_refused_and_one_taken_back_makes_no_room(dispatched):
    for number in range(ATTACHMENTS.value):
        assert dispatched.act(ATTACH, upload=a_picture(f"p{number}")).done
    refused = dispatched.act(ATTACH, upload=a_picture("more"))
    assert (refused.done, refused.reason) == (False, "too_many_files")
    dispatched.act(REDACT, attachment=files(dispatched)[0].attachment, reason="blurred")
    assert dispatched.act(ATTACH, upload=a_picture("more")).reason == "too_many_files"


def test_the_folder_has_a_bound_and_what_it_has_already_costs_nothing(dispatched, two):
    half = ATTACHED_BYTES.value // 2 + 1
    assert dispatched.act(ATTACH, incident=two[0], upload=a_picture("a", size=half)).done
    refused = dispatched.act(ATTACH, incident=two[1], upload=a_picture("b", size=half))
    assert (refused.done, refused.reason) == (False, "no_room_for_files")
    assert dispatched.act(ATTACH, incident=two[1], upload=a_picture("a", size=half)).done


def test_what_is_taken_back_loses_its_bytes_and_keeps_its_line_with_the_reason(dispatched):
    dispatched.act(ATTACH, upload=a_picture())
    (one,) = files(dispatched)
    assert dispatched.act(REDACT, attachment=one.attachment).reason == "no_reason"
    assert dispatched.act(REDACT, attachment="file-x", reason="x").reason == "no_such_attachment"
    assert dispatched.act(REDACT, attachment=one.attachment, reason="shows a face").done
    (line,) = files(dispatched)
    assert (line.redaction.actor, line.redaction.reason) == ("Li Na", "shows a face")
    assert not dispatched.state.attached_files
    assert dispatched.incident().history[-1].reason == "photo.jpg: shows a face"
    again = dispatched.act(REDACT, attachment=one.attachment, reason="again")
    assert again.reason == "redacted_already"
    assert dispatched.act(ATTACH, upload=a_picture()).done, "a mistake is put right"
    assert len(files(dispatched)) == 2


def test_bytes_that_another_case_names_stay_and_whoever_takes_them_back_hears_of_it(
    dispatched, two
):
    for name in two:
        assert dispatched.act(ATTACH, incident=name, upload=a_picture()).done
    (one,) = files(dispatched, two[0])
    done = dispatched.act(REDACT, incident=two[0], attachment=one.attachment, reason="a face")
    assert (done.done, done.reason) == (True, "attached_elsewhere")
    assert dispatched.state.incidents[two[1]].number in done.detail
    assert dispatched.state.attached_files[one.sha256].cases == (two[1],)


def test_the_case_that_goes_on_lists_both_and_what_is_taken_back_is_so_in_both(dispatched, two):
    for name in two:
        dispatched.act(ATTACH, incident=name, upload=a_picture(name))
    assert dispatched.act(OperatorVerb.MERGE, incident=two[1], other=two[0]).done
    both = files(dispatched, two[0])
    assert [one.name for one in both] == [f"{two[0]}.jpg", f"{two[1]}.jpg"]
    assert dispatched.act(REDACT, incident=two[0], attachment=both[1].attachment, reason="x").done
    for name in two:
        found = {one.name: one.redaction is not None for one in files(dispatched, name)}
        assert found[f"{two[1]}.jpg"], name
    assert_kept_files_are_those_that_cases_name(dispatched.state)


def test_files_leave_with_their_case_and_a_replay_keeps_the_same(dispatched):
    dispatched.act(ATTACH, upload=a_picture())
    dispatched.crash()
    assert len(dispatched.state.attached_files) == 1
    dispatched.act(OperatorVerb.REJECT, reason="a shadow")
    assert dispatched.incident().stage is IncidentStage.REJECTED
    dispatched.send_event(phase="end")
    dispatched.wait(ENDED_INCIDENT_RETENTION.value * 30)
    assert not dispatched.state.incidents
    assert not dispatched.state.attached_files
    dispatched.crash()
