"""The consoles without a browser: pages in the language asked for, desks as the journal writes them, and every action as the CLI's own command."""

import asyncio

import msgspec
import pytest

from citybrain import canonical_json
from citybrain.domain.console import CitySnapshot, DistrictSnapshot, OperatorAction, PlanAction
from citybrain.domain.crew import CrewAnswer
from citybrain.errors import CityBrainError, QueueFullError, StoreFullError
from citybrain.stages import NEXT_INCIDENT, IncidentTrigger
from citybrain.vocabulary import CrewAction, IncidentStage, OperatorVerb
from coordinator.web import app as city
from district_node.web import app as district
from district_node.web import verbs


@pytest.fixture
def district_console(snapshots, fakes):
    screen, crews = (
        fakes.DistrictFake(snapshots.busy_district()),
        fakes.CrewFake(snapshots.crew_view()),
    )
    app = district.build(screen, crews)
    return screen, crews, lambda path, **request: asyncio.run(fakes.ask(app, path, **request))


@pytest.fixture
def city_console(snapshots, fakes):
    screen = fakes.CityFake(snapshots.busy_city(snapshots.plan()))
    app = city.build(screen, name={"en": "Three Rivers", "zh": "三江市"})
    return screen, lambda path, **request: asyncio.run(fakes.ask(app, path, **request))


@pytest.mark.parametrize(
    ("path", "headers", "lang"),
    [
        ("/", {}, "en"),
        ("/?lang=zh", {}, "zh"),
        ("/?lang=zh", {"accept-language": "en"}, "zh"),
        ("/?lang=fr", {"cookie": "citybrain-lang=zh"}, "zh"),
        ("/", {"cookie": "citybrain-lang=zh", "accept-language": "en"}, "zh"),
        ("/", {"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}, "zh"),
        ("/", {"accept-language": "fr,en;q=0.7,zh;q=0.3"}, "en"),
        ("/", {"accept-language": "zh;q=x,,;q=,"}, "en"),
    ],
)
def test_the_language_is_asked_for_remembered_or_preferred(city_console, path, headers, lang):
    _, ask = city_console
    answer = ask(path, headers=headers)
    assert answer.headers["content-language"] == lang
    assert ("三江市" if lang == "zh" else "Three Rivers") in answer.body.decode()


def test_a_language_asked_for_is_kept_in_a_cookie(city_console):
    _, ask = city_console
    assert "citybrain-lang=zh" in ask("/?lang=zh").headers["set-cookie"]
    assert "set-cookie" not in ask("/").headers


def test_a_desk_travels_in_its_canonical_form(district_console, city_console):
    _, _, ask_district = district_console
    _, ask_city = city_console
    snapshot = canonical_json.decode(ask_district("/desk").body, DistrictSnapshot)
    assert [row.report.incident for row in snapshot.rows][:2] == [
        "inc-riverside-12",
        "inc-riverside-15",
    ]
    assert (
        canonical_json.decode(ask_city("/desk").body, CitySnapshot)
        .plans[0]
        .orders[0]
        .reason.next_best
        == "hillside-3"
    )


def test_an_operators_action_reaches_the_screen_whole(district_console):
    screen, _, ask = district_console
    action = OperatorAction(
        request="r9",
        operator="Li Wei",
        incident="inc-riverside-12",
        verb=OperatorVerb.ASSIGN,
        unit="riverside-5",
    )
    answer = ask("/act", method="POST", body=canonical_json.encode(action))
    assert answer.status == 200
    assert screen.asked == [action]


def test_a_duty_officers_action_reaches_the_screen_whole(city_console):
    screen, ask = city_console
    action = PlanAction(
        request="r9", officer="Wang Fang", plan="plan-city-1", issue=False, reason="not now"
    )
    assert ask("/act", method="POST", body=canonical_json.encode(action)).status == 200
    assert screen.asked == [action]


def test_a_crews_answer_reaches_its_screen_and_nobody_speaks_for_another_unit(district_console):
    _, crews, ask = district_console
    answer = CrewAnswer(
        request="r1",
        unit="riverside-1",
        order="ord-riverside-37",
        assignment=7,
        action=CrewAction.ACCEPT,
    )
    assert (
        ask("/crew/riverside-1/answer", method="POST", body=canonical_json.encode(answer)).status
        == 200
    )
    assert crews.asked == [answer]
    forged = ask("/crew/riverside-2/answer", method="POST", body=canonical_json.encode(answer))
    assert forged.status == 400
    assert "speaks for riverside-1" in msgspec.json.decode(forged.body)["detail"]
    assert len(crews.asked) == 1


def test_a_position_reaches_the_crews_screen(district_console):
    _, crews, ask = district_console
    body = b'{"unit":"riverside-1","place":{"lat":30.66,"lon":104.06},"at":1750000000000000}'
    assert ask("/crew/riverside-1/position", method="POST", body=body).status == 200
    assert crews.positions[0].place.lat == 30.66


def test_a_unit_that_does_not_exist_is_said_so_in_words(district_console):
    _, _, ask = district_console
    assert ask("/crew/nobody").status == 404
    assert "本区没有队伍 nobody" in ask("/crew/nobody?lang=zh").body.decode()
    assert ask("/crew/nobody/live").status == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"request":"r1"}',
        b'{"request":"r1","operator":"x","incident":"i","verb":"explode"}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_action_is_malformed_and_does_nothing(district_console, body):
    screen, _, ask = district_console
    answer = ask("/act", method="POST", body=body)
    assert answer.status == 400
    assert msgspec.json.decode(answer.body)["reason"] == "malformed"
    assert screen.asked == []


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (QueueFullError("no room"), 503, "queue_full"),
        (StoreFullError("disk full"), 507, "store_full"),
        (CityBrainError("no"), 409, "refused"),
    ],
)
def test_what_a_tier_cannot_do_is_an_outcome_in_words(district_console, error, status, reason):
    screen, _, ask = district_console
    screen.raises = error
    answer = ask(
        "/act", method="POST", body=b'{"request":"r1","operator":"x","incident":"i","verb":"open"}'
    )
    assert (answer.status, msgspec.json.decode(answer.body)["reason"]) == (status, reason)


def test_names_are_escaped_wherever_a_page_shows_them(snapshots, fakes):
    from dataclasses import replace

    screen = fakes.DistrictFake(
        replace(snapshots.empty_district(), name="<script>alert(1)</script>")
    )
    text = asyncio.run(fakes.ask(district.build(screen, fakes.CrewFake()), "/")).body.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize("stage", sorted(IncidentStage))
def test_a_page_offers_only_verbs_that_the_stage_table_can_follow(stage):
    offered = verbs.offered()[stage]
    for verb in offered:
        if verb == OperatorVerb.ESCALATE or (
            verb == OperatorVerb.ASSIGN and stage in verbs.STAFFED
        ):
            assert any(at == stage for at, _ in NEXT_INCIDENT)
        else:
            assert any(
                (stage, trigger) in NEXT_INCIDENT for trigger in verbs.TRIGGERS[OperatorVerb(verb)]
            )


def test_a_report_can_be_accepted_and_a_case_assigned_and_nothing_is_offered_after_rejection():
    offered = verbs.offered()
    assert offered["reported"][:2] == ["open", "assign"]
    assert "reject" in offered["reported"]
    assert "verify" in offered["handled"]
    assert offered["rejected"] == offered["merged"] == []
    assert (IncidentStage.CLOSED, IncidentTrigger.REOPEN) in NEXT_INCIDENT
    assert offered["closed"] == ["open"]
