"""Nothing of a console is served to whoever did not prove who he is: no page, method or stream."""

import asyncio
import json
import logging

import pytest
from consoles.asgi_request import request
from people_files import PASSWORD
from signed_consoles import SignedConsole

from citybrain.api.methods import CITY, CREW, DISTRICT
from citybrain.domain.principal import Authentication, Role

ACT = {"request_id": "r1", "incident": "i-1", "verb": "verify", "actor": "Somebody Else"}
REPORT = {
    "request_id": "r2",
    "actor": "Somebody Else",
    "reporter": "citizen",
    "kind": "crowding",
    "place": {"latitude": 30.66, "longitude": 104.06},
    "text": "a crowd",
}
ANSWER = {"request_id": "r3", "order": "o-1", "assignment_number": 1, "answer": "cannot"}
PUBLIC = ["/healthz", "/readyz", "/favicon.ico", "/translations.js", "/shared/base.css"]


@pytest.fixture
def district(tmp_path):
    made = SignedConsole(tmp_path)
    yield made
    made.close()


@pytest.fixture
def city(tmp_path):
    made = SignedConsole(tmp_path, tier="city")
    yield made
    made.close()


def send(console, path, *, body=None, session="", **headers):
    sent = {} if body is None else {"method": "POST", "body": json.dumps(body).encode()}
    if session:
        headers["cookie"] = f"citybrain-session-{console.door.node}={session}"
    return asyncio.run(request(console.app, path, headers=headers, **sent))


def session_of(console, name):
    account = next(one for one in console.commands.accounts() if one.name == name)
    return console.door.sessions.begin(account)


def reason(response):
    return json.loads(response.body)["reason"]


def paths(*contracts):
    return sorted(
        {
            (method.verb, method.path.replace("{", "").replace("}", ""))
            for one in contracts
            for method in one.methods.values()
        }
    )


@pytest.mark.parametrize(("verb", "path"), [*paths(DISTRICT, CREW), ("GET", "/api/nothing")])
def test_no_method_of_a_district_answers_without_a_session(district, verb, path):
    refused = send(district, path, body=ACT if verb == "POST" else None)
    assert (refused.status, reason(refused)) == (401, "not_signed_in")
    assert refused.headers["www-authenticate"] == "Bearer"
    assert district.results == ["not_signed_in"]
    assert district.screen.actions == []


@pytest.mark.parametrize(("verb", "path"), [*paths(CITY), ("GET", "/api/v1/openapi.json")])
def test_no_method_of_the_city_answers_without_a_session(city, verb, path):
    refused = send(city, path, body=ACT if verb == "POST" else None)
    assert (refused.status, reason(refused)) == (401, "not_signed_in")


@pytest.mark.parametrize("path", ["/", "/crew/riverside-1", "/verbs.js", "/docs", "//evil"])
def test_a_page_leads_to_the_sign_in_page(district, path):
    answer = send(district, path)
    assert answer.status == 303
    assert answer.headers["location"].startswith("/sign-in?next=/")


@pytest.mark.parametrize("path", ["/?lang=zh", "/crew/riverside-1?lang=zh"])
def test_the_language_of_an_address_is_that_of_the_sign_in_page(district, path):
    answer = send(district, path)
    assert answer.cookies[0].startswith("citybrain-lang=zh;")
    shown = send(district, answer.headers["location"], cookie="citybrain-lang=zh")
    assert shown.headers["content-language"] == "zh"
    assert send(district, "/?lang=klingon").cookies == ()


@pytest.mark.parametrize("path", PUBLIC)
def test_health_and_what_pages_are_made_of_are_everybodys(district, path):
    assert send(district, path).status == 200


@pytest.mark.parametrize("session", ["", "0" * 64, "a" * 5000, "%00", "…"])
def test_a_made_up_session_is_none(district, session):
    assert send(district, "/api/v1/incidents", session=session).status == 401


def test_the_principal_is_the_sessions_whatever_the_message_says(district):
    session = session_of(district, "Li Na")
    for path, body in (("actions", ACT), ("reports", REPORT)):
        assert send(district, f"/api/v1/{path}", body=body, session=session).status == 200
    assert district.screen.actions[0].operator == "Li Na"
    assert district.screen.actions[1].taken_by == "Li Na"
    for caller in district.screen.callers:
        assert caller.name == "Li Na"
        assert caller.roles == (Role.OPERATOR,)
        assert caller.authentication is Authentication.PASSWORD


def test_a_viewer_reads_and_is_refused_to_act(district):
    session = session_of(district, "Viewer Vi")
    assert send(district, "/api/v1/incidents", session=session).status == 200
    refused = send(district, "/api/v1/actions", body=ACT, session=session)
    assert (refused.status, reason(refused)) == (403, "not_permitted")
    assert "Viewer Vi (viewer) may not do this" in json.loads(refused.body)["detail"]
    assert district.screen.actions == []


def test_what_a_role_may_not_do_is_counted_and_in_the_log_whichever_route_refuses_it(
    district, caplog
):
    caplog.set_level(logging.WARNING)
    session = session_of(district, "Viewer Vi")
    assert send(district, "/api/v1/actions", body=ACT, session=session).status == 403
    assert send(district, "/units/riverside-1/phone-links", body={}, session=session).status == 403
    assert district.results == ["not_permitted"] * 2
    lines = [one.getMessage() for one in caplog.records]
    assert lines == [
        "'Viewer Vi' is refused: not_permitted: viewer may not ask for 'POST /api/v1/actions'"
    ], "once a minute of a caller"


def test_an_act_is_a_line_of_the_log_with_who_asked(district, caplog):
    caplog.set_level(logging.INFO)
    session = session_of(district, "Li Na")
    assert send(district, "/api/v1/actions", body=ACT, session=session).status == 200
    assert send(district, "/api/v1/incidents", session=session).status == 200
    lines = [one.getMessage() for one in caplog.records]
    assert lines == ["operator Li Na asks for /api/v1/actions, request 'r1'"], "reading is no act"


def test_an_operator_of_a_district_decides_no_plan(city):
    plan = {"request_id": "r", "plan": "plan-city-1", "verb": "issue"}
    refused = send(city, "/api/v1/actions", body=plan, session=session_of(city, "Li Na"))
    assert refused.status == 403
    done = send(city, "/api/v1/actions", body=plan, session=session_of(city, "Wang Wei"))
    assert done.status == 200
    assert city.screen.actions[0].officer == "Wang Wei"
    assert city.screen.callers[0].roles == (Role.DUTY_OFFICER,)


def test_a_program_reads_and_reports_with_its_token_and_acts_in_no_other_name(district):
    token = district.accounts.new_token("hotline", Role.SOURCE)
    bearer = {"authorization": f"Bearer {token}"}
    assert send(district, "/api/v1/openapi.json", **bearer).status == 200
    assert send(district, "/api/v1/reports", body=REPORT, **bearer, origin="").status == 200
    assert district.screen.callers[0].name == "hotline"
    assert district.screen.callers[0].authentication is Authentication.TOKEN
    assert send(district, "/api/v1/actions", body=ACT, **bearer).status == 403
    assert send(district, "/", **bearer).status == 303, "pages are for people"
    district.accounts.revoke_token("hotline")
    assert reason(send(district, "/api/v1/incidents", **bearer)) == "not_signed_in"
    assert district.results[-1] == "unknown_token"


@pytest.mark.parametrize("authorization", ["Bearer ", "Bearer x", "Basic TGkgTmE6eA==", "x"])
def test_a_header_that_proves_nothing_is_not_made_good_by_a_cookie(district, authorization):
    session = session_of(district, "Li Na")
    answer = send(district, "/api/v1/incidents", session=session, authorization=authorization)
    assert answer.status == 401


def test_a_crews_phone_reads_and_answers_for_its_unit_alone(district):
    session, _ = district.door.sessions.begin_device(district.accounts.new_link("riverside-1"))
    assert send(district, "/crew/riverside-1", session=session).status == 200
    assert send(district, "/", session=session).headers["location"] == "/crew/riverside-1"
    answered = send(district, "/api/v1/units/riverside-1/answers", body=ANSWER, session=session)
    assert answered.status == 200
    assert district.crews.callers[0].name == "riverside-1"
    assert district.crews.callers[0].authentication is Authentication.DEVICE
    for path, body in (
        ("/crew/riverside-2", None),
        ("/api/v1/units/riverside-2/changes", None),
        ("/api/v1/units/riverside-2/answers", ANSWER),
        ("/api/v1/units/riverside-1/../riverside-2/answers", ANSWER),
        ("/api/v1/units", None),
        ("/api/v1/incidents", None),
        ("/api/v1/actions", ACT),
        ("/api/v1/reports", REPORT),
        ("/verbs.js", None),
    ):
        assert send(district, path, body=body, session=session).status == 403, path
    smuggled = {**ANSWER, "unit": "riverside-2"}
    contrary = send(district, "/api/v1/units/riverside-1/answers", body=smuggled, session=session)
    assert contrary.status == 400
    assert len(district.crews.actions) == 1


@pytest.mark.parametrize(("lang", "said"), [("en", "of another unit"), ("zh", "其他队伍")])
def test_who_holds_a_crews_phone_is_told_in_words_what_it_shows(district, lang, said):
    session, _ = district.door.sessions.begin_device(district.accounts.new_link("riverside-1"))
    path = f"/crew/riverside-2?lang={lang}"
    page = send(district, path, session=session, accept="text/html,*/*")
    assert (page.status, said in page.body.decode()) == (403, True)
    assert b'href="/crew/riverside-1"' in page.body
    program = send(district, path, session=session)
    assert (program.status, reason(program)) == (403, "not_permitted")


def test_a_crews_phone_has_what_its_page_asks_for_and_the_files_of_cases(district):
    """Of which cases, the district itself asks: see `test_attachments`."""
    session, _ = district.door.sessions.begin_device(district.accounts.new_link("riverside-1"))
    duty = {"request_id": "r1", "duty": "break"}
    done = send(district, "/api/v1/units/riverside-1/duties", body=duty, session=session)
    assert done.status == 200
    assert send(district, "/crew/riverside-1/app.webmanifest", session=session).status == 200
    assert send(district, "/crew/riverside-2/app.webmanifest", session=session).status == 403
    assert send(district, "/crew-worker.js").status == 200  # it holds nothing of anybody
    for path in ("/api/v1/incidents/i-1/attachments/f-1", "/api/v1/incidents/i-1/attachments"):
        assert send(district, path, session=session).status in (404, 405), path
    for path in ("/api/v1/incidents/i-1", "/api/v1/incidents/i-1/history/attachments"):
        assert send(district, path, session=session).status == 403, path


def test_a_lab_serves_its_own_machine_and_nobody_through_a_proxy(tmp_path):
    lab = SignedConsole(tmp_path, people={})
    assert send(lab, "/").status == 200
    assert b"nobody signs in here" in send(lab, "/?lang=en").body
    assert "无需登录".encode() in send(lab, "/?lang=zh").body
    assert "无需登录".encode() in send(lab, "/crew/riverside-1?lang=zh").body
    assert send(lab, "/sign-in").headers["location"] == "/"
    for header in ("forwarded", "x-forwarded-for", "via"):
        assert send(lab, "/", **{header: "10.0.0.9"}).status == 401
    assert lab.results == ["passed_on"] * 3
    lab.accounts.add("Zhao", (Role.ADMIN,), PASSWORD)
    assert send(lab, "/").status == 303, "from the first account on"
    lab.close()


def test_a_node_that_is_reached_from_outside_lets_nobody_in_without_accounts(tmp_path):
    console = SignedConsole(tmp_path, people={}, is_loopback=False)
    assert send(console, "/api/v1/incidents").status == 401
    assert send(console, "/").status == 303
    console.close()


def test_where_people_sign_in_no_screen_says_that_they_do_not(district):
    session = session_of(district, "Li Na")
    page = send(district, "/?lang=en", session=session).body.decode()
    assert 'id="lab"' not in page
    assert 'data-person="Li Na"' in page
    assert "issue_plan" not in page.partition('data-may="')[2].partition('"')[0]
