"""Attack 6: an act under any name. Whoever reached a district's pages said in the message who he
is, and the journal took it. Now the journal has who signed in, or whose token it was.
"""

import asyncio
import json

import pytest
from oidc_provider import OidcProvider
from served_district import ServedDistrict

from citybrain.clock import ManualClock
from citybrain.domain.principal import Role
from citybrain.people.accounts import Accounts
from citybrain.people.door import open_door
from citybrain.people.store import PeopleStore, ensure_store
from citybrain.random_ids import RandomIds

PASSWORD = "correct horse battery staple"
ACTED = "operator_acted"


@pytest.fixture
def accounts(tmp_path):
    store = PeopleStore(ensure_store(tmp_path))
    made = Accounts(store, clock=ManualClock(), ids=RandomIds())
    made.add("Li Na", (Role.OPERATOR,), PASSWORD)
    yield made
    store.close()


def attacked(folder, scenario, oidc=None):
    async def go():
        door = open_door(
            folder,
            node="riverside",
            address="127.0.0.1:0",
            clock=ManualClock(),
            ids=RandomIds(),
            count=lambda _: None,
            oidc=oidc,
        )
        async with asyncio.timeout(60), ServedDistrict(door=door) as district:
            await district.events(1, incident_kind="unheard_of")
            (incident,) = district.loop.state.incidents
            await scenario(district, door, incident)
        door.close()

    asyncio.run(go())


def close(incident, **changes):
    act = {"request_id": "r-1", "actor": "the mayor", "incident": incident, "verb": "close"}
    return {**act, "reason": "so", "confirmed": True, **changes}  # though the camera sees it


def principals(district):
    """Of the acts in the journal."""
    return [
        json.loads(record.payload)["principal"]
        for record in district.store.records()
        if record.kind == ACTED
    ]


def test_an_act_without_a_session_is_refused_and_not_journaled(accounts, tmp_path):
    async def scenario(district, _, incident):
        refused = await district.post("/api/v1/actions", close(incident))
        assert (refused.status, refused.json["reason"]) == (401, "not_signed_in")
        assert principals(district) == []

    attacked(tmp_path, scenario)


def test_the_journal_has_who_signed_in_whatever_the_message_says(accounts, tmp_path):
    async def scenario(district, door, incident):
        tried = await door.sign_in.sign_in("Li Na", PASSWORD, "127.0.0.1")
        cookie = f"citybrain-session-riverside={tried.session_id}"
        done = await district.post("/api/v1/actions", close(incident), cookie=cookie)
        assert done.json["done"], done.json
        assert principals(district) == [
            {"authentication": "password", "issuer": "", "name": "Li Na", "roles": ["operator"]}
        ]
        shown = await district.get(f"/api/v1/incidents/{incident}", cookie=cookie)
        assert "the mayor" not in shown.body.decode()
        assert "Li Na" in shown.body.decode()

    attacked(tmp_path, scenario)


def test_the_journal_has_the_provider_that_proved_a_person(accounts, tmp_path):
    provider = OidcProvider(ManualClock())
    settings = provider.settings(tmp_path)

    async def scenario(district, door, incident):
        begun = await door.oidc.begin("/", "127.0.0.1")
        answer = provider.authorize(begun.url)
        done = await door.oidc.finish(answer, begun.browser, "127.0.0.1")
        cookie = f"citybrain-session-riverside={done.session_id}"
        acted = await district.post("/api/v1/actions", close(incident), cookie=cookie)
        assert acted.json["done"], acted.json
        assert principals(district) == [
            {
                "authentication": "oidc",
                "issuer": provider.issuer,
                "name": "li.na",
                "roles": ["operator"],
            }
        ]

    attacked(tmp_path, scenario, settings)
    provider.stop()


def test_the_journal_has_the_program_whose_token_it_was(accounts, tmp_path):
    token = accounts.new_token("hotline-desk", Role.ADAPTER)

    async def scenario(district, _, incident):
        bearer = {"authorization": f"Bearer {token}"}
        done = await district.post("/api/v1/actions", close(incident), **bearer)
        assert done.json["done"], done.json
        assert principals(district) == [
            {
                "authentication": "token",
                "issuer": "",
                "name": "hotline-desk",
                "roles": ["adapter"],
            }
        ]

    attacked(tmp_path, scenario)
