"""The consoles without a browser: pages in the requested language, and every action whole at the
screen behind them.
"""

import asyncio
import json

import msgspec
import pytest
from consoles import city_screen, crew_screen, district_screen
from consoles.asgi_request import request
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCityScreen, FakeCrewScreen, FakeDistrictScreen
from consoles.reports import CLOCK
from pack_folders import write_pack

from citybrain.api.services.city import city_service
from citybrain.domain.console import OperatorAction, PlanAction
from citybrain.errors import CityBrainError, QueueFullError, StoreFullError
from citybrain.ids import CountingIds
from citybrain.pack.load import load_packs
from citybrain.stages import NEXT_INCIDENT, IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import CrewAction, IncidentStage, OperatorVerb
from coordinator.web import app as city
from district_node.cores.flows.paging.steps import WANTS_SOMEBODY
from district_node.web import verbs

OPERATOR_ACTION = {"request_id": "r1", "incident": "i-1", "verb": "verify", "actor": "li"}
CREW_ANSWER = {
    "request_id": "r1",
    "order": "o-1",
    "assignment_number": 1,
    "answer": "cannot",
}
CREW_POSITION = {
    "place": {"latitude": 30.66, "longitude": 104.06},
    "at": "2025-06-15T15:06:40Z",
}
CREW = "/api/v1/units/riverside-1"


@pytest.fixture
def district_console():
    screen, crews = (
        FakeDistrictScreen(district_screen.busy_district()),
        FakeCrewScreen(crew_screen.crew_view()),
    )
    app = district_app(screen, crews)
    return screen, crews, lambda path, **options: asyncio.run(request(app, path, **options))


@pytest.fixture
def city_console():
    screen = FakeCityScreen(city_screen.busy_city(city_screen.plan()))
    app = city.build(
        (city_service(screen, CountingIds()),),
        clock=CLOCK,
        name={"en": "Three Rivers", "zh": "三江市"},
    )
    return screen, lambda path, **options: asyncio.run(request(app, path, **options))


@pytest.mark.parametrize(("lang", "said"), [("en", "proves nobody"), ("zh", "不验证任何人")])
def test_every_page_of_a_node_without_certificates_says_that_nobody_is_proved(lang, said):
    screen = FakeDistrictScreen(district_screen.busy_district())
    crews = FakeCrewScreen(crew_screen.crew_view())
    of_city = (city_service(FakeCityScreen(city_screen.busy_city()), CountingIds()),)
    for proves, count in ((False, 1), (True, 0)):
        district = district_app(screen, crews, proves_nodes=proves)
        of_the_city = city.build(of_city, clock=CLOCK, proves_nodes=proves)
        for app, path in ((district, "/"), (district, "/crew/riverside-1"), (of_the_city, "/")):
            page = asyncio.run(request(app, f"{path}?lang={lang}")).body.decode()
            assert page.count(said) == count, (path, proves)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_both_consoles_show_the_words_of_the_packs_in_force(tmp_path, lang):
    words = load_packs([write_pack(tmp_path / "lifts")]).words
    apps = (
        district_app(
            FakeDistrictScreen(district_screen.busy_district()),
            FakeCrewScreen(crew_screen.crew_view()),
            words=words,
        ),
        city.build(
            (
                city_service(
                    FakeCityScreen(city_screen.busy_city(city_screen.plan())), CountingIds()
                ),
            ),
            clock=CLOCK,
            words=words,
        ),
    )
    for app in apps:
        module = asyncio.run(request(app, "/translations.js")).body.decode()
        table = json.loads(module.removeprefix("export default ").rstrip().rstrip(";"))
        for key in ("kind.lift_entrapment", "capability.lift_rescue", "asset.lift"):
            assert table[key][lang] == words[key][lang]


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
def test_the_language_comes_from_query_cookie_or_browser(city_console, path, headers, lang):
    _, request = city_console
    answer = request(path, headers=headers)
    assert answer.headers["content-language"] == lang
    assert ("三江市" if lang == "zh" else "Three Rivers") in answer.body.decode()


def test_a_language_in_the_query_is_kept_in_a_cookie(city_console):
    _, request = city_console
    assert "citybrain-lang=zh" in request("/?lang=zh").headers["set-cookie"]
    assert "set-cookie" not in request("/").headers


def test_the_city_is_shown_by_its_public_api_alone(city_console):
    _, request = city_console
    plan = msgspec.json.decode(request("/api/v1/plans/plan-city-1").body)
    assert plan["orders"][0]["next_best_unit"] == "hillside-3"
    assert [request(path).status for path in ("/snapshot", "/live", "/act")] == [404, 404, 404]


def test_a_districts_page_speaks_the_api_alone(district_console):
    """Internal values never leave as JSON: the ways on which they did are gone."""
    _, _, request = district_console
    for path in ("/snapshot", "/live", "/act", f"/crew/{'riverside-1'}/live"):
        assert request(path).status == 404, path
    rows = json.loads(request("/api/v1/incidents").body)["incidents"]
    assert [row["id"] for row in rows][:2] == ["inc-riverside-12", "inc-riverside-15"]


def test_an_operators_action_reaches_the_screen_whole(district_console):
    screen, _, request = district_console
    body = {**OPERATOR_ACTION, "verb": "assign", "unit": "riverside-5"}
    answer = request("/api/v1/actions", method="POST", body=json.dumps(body).encode())
    assert answer.status == 200
    assert screen.actions == [
        OperatorAction(
            request="r1",
            operator="li",
            incident="i-1",
            verb=OperatorVerb.ASSIGN,
            unit="riverside-5",
        )
    ]


def test_a_duty_officers_action_reaches_the_screen_whole(city_console):
    screen, request = city_console
    asked = {
        "request_id": "r9",
        "actor": "Wang Fang",
        "plan": "plan-city-1",
        "verb": "reject",
        "reason": "not now",
    }
    sent = request("/api/v1/actions", method="POST", body=json.dumps(asked).encode())
    assert sent.status == 200
    assert screen.actions == [
        PlanAction(
            request="r9", officer="Wang Fang", plan="plan-city-1", issue=False, reason="not now"
        )
    ]


def test_a_crews_answer_reaches_its_screen_and_is_refused_under_another_unit(district_console):
    _, crews, request = district_console
    body = json.dumps({**CREW_ANSWER, "unit": "riverside-1"}).encode()
    assert request(f"{CREW}/answers", method="POST", body=body).status == 200
    assert [(a.unit, a.order, a.action) for a in crews.actions] == [
        ("riverside-1", "o-1", CrewAction.CANNOT)
    ]
    forged = request("/api/v1/units/riverside-2/answers", method="POST", body=body)
    assert forged.status == 400
    assert json.loads(forged.body)["violations"][0]["field"] == "unit"
    assert len(crews.actions) == 1


def test_a_position_reaches_the_crews_screen(district_console):
    _, crews, request = district_console
    body = json.dumps(CREW_POSITION).encode()
    assert request(f"{CREW}/positions", method="POST", body=body).status == 200
    assert crews.positions[0].place.lat == 30.66


def test_a_page_of_an_unknown_unit_is_a_404_that_names_it(district_console):
    _, _, request = district_console
    assert request("/crew/nobody").status == 404
    assert "本区没有队伍 nobody" in request("/crew/nobody?lang=zh").body.decode()
    assert request("/api/v1/units/nobody/changes").status == 404


@pytest.mark.parametrize(("lang", "said"), [("en", "no such page"), ("zh", "没有此页面")])
def test_a_person_sees_of_an_unknown_path_a_page_with_a_way_on(city_console, lang, said):
    _, request = city_console
    for path, status in (("/queue", 404), ("/static/none.js", 404)):
        page = request(f"{path}?lang={lang}", headers={"accept": "text/html"})
        assert (page.status, said in page.body.decode()) == (status, True)
        assert b'href="/"' in page.body
    script = request("/static/none.js", headers={"accept": "*/*"})
    assert script.headers["content-type"].startswith("text/plain")
    program = request("/api/v1/none", headers={"accept": "text/html"})
    assert json.loads(program.body)["reason"] == "not_found"


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (QueueFullError("no room"), 503, "overloaded"),
        (StoreFullError("disk full"), 507, "disk_full"),
        (CityBrainError("no"), 500, "failed"),
    ],
)
def test_an_error_of_the_city_becomes_a_status_and_reason(city_console, error, status, reason):
    screen, request = city_console
    screen.raises = error
    body = b'{"request_id":"r1","actor":"x","plan":"p","verb":"issue"}'
    answer = request("/api/v1/actions", method="POST", body=body)
    assert (answer.status, msgspec.json.decode(answer.body)["reason"]) == (status, reason)


def test_names_are_escaped_wherever_a_page_shows_them():
    screen = FakeDistrictScreen(
        replace(district_screen.empty_district(), name="<script>alert(1)</script>")
    )
    text = asyncio.run(request(district_app(screen, FakeCrewScreen()), "/")).body.decode()
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
        elif verb in verbs.CASEWORK:
            assert stage in verbs.CASEWORK[verb]
        elif verb == OperatorVerb.ACKNOWLEDGE:
            assert stage in WANTS_SOMEBODY
        elif verb in verbs.OF_OPEN_CASES:
            assert stage in verbs.NOT_ENDED
        elif verb == OperatorVerb.UNDO:
            assert stage in verbs.NOT_ENDED or stage == IncidentStage.MERGED
        else:
            assert any(
                (stage, trigger) in NEXT_INCIDENT for trigger in verbs.TRIGGERS[OperatorVerb(verb)]
            )


def test_a_report_can_be_accepted_and_a_case_assigned_and_only_a_note_after_rejection():
    offered = verbs.offered()
    assert offered["reported"][:2] == ["open", "assign"]
    assert "reject" in offered["reported"]
    assert "verify" in offered["handled"]
    assert offered["rejected"] == ["note", "unlink", "redact"]
    assert offered["merged"] == ["note", "unlink", "undo", "redact"]
    assert (IncidentStage.CLOSED, IncidentTrigger.REOPEN) in NEXT_INCIDENT
    assert offered["closed"] == ["open", "note", "unlink", "redact"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/actions", {**OPERATOR_ACTION, "reason": "x" * 2_001}),
        ("/api/v1/actions", {**OPERATOR_ACTION, "incident": "two\nlines"}),
        (f"{CREW}/answers", {**CREW_ANSWER, "reason": "x" * 2_001}),
        (f"{CREW}/answers", {**CREW_ANSWER, "assignment_number": 2**63}),
        (f"{CREW}/positions", {**CREW_POSITION, "place": {"latitude": 999.0, "longitude": 104.0}}),
        (f"{CREW}/positions", {**CREW_POSITION, "at": "yesterday"}),
    ],
)
def test_what_grpc_would_refuse_is_refused_here_too(district_console, path, body):
    """Else the city would refuse the report of it, and one row would blind every other screen."""
    screen, crews, request = district_console
    answer = request(path, method="POST", body=json.dumps(body).encode())
    assert answer.status == 400
    assert not (screen.actions or crews.actions or crews.positions)


def test_a_duty_officers_reason_is_a_sentence_too(city_console):
    screen, request = city_console
    asked = {"request_id": "r1", "actor": "li", "plan": "p", "verb": "reject"}
    body = json.dumps({**asked, "reason": "x" * 2_001}).encode()
    assert request("/api/v1/actions", method="POST", body=body).status == 400
    assert not screen.actions
