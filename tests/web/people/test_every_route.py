"""Every route of the consoles is one that somebody decided who may use: a method of the table of
rights, a page, or one of a few that are named here. A route that is added is named here, too.
"""

import asyncio

import pytest
from consoles.asgi_request import request
from signed_consoles import SignedConsole
from starlette.routing import Mount

from citybrain.access.method_rights import METHODS
from citybrain.api.methods import CITY, CREW, DISTRICT
from citybrain.web.people.gate import PUBLIC, PUBLIC_FOLDERS

CONTRACTS = {"district": (DISTRICT, CREW), "city": (CITY,)}
# neither everybody's nor a method: what the gate lets to whom, and what the route itself asks then
PAGES = {
    "/": "who has an account; a crew's phone is sent to its unit",
    "/verbs.js": "who has an account",
    "/crew/{unit}": "who has an account, and the unit's phone",
    "/crew/{unit}/app.webmanifest": "who has an account, and the unit's phone",
    "/crew/{unit}/push": "the unit's phone alone",
    "/units/{unit}/phone-links": "who may LINK_PHONE",
    "/signed-in": "who has signed in",
    "/api/v1/openapi.json": "who has an account",
    "/api/{rest:path}": "who has an account: there is nothing",
}


def routes_of(app):
    return {f"{route.path}/" if isinstance(route, Mount) else route.path for route in app.routes}


def is_public(path):
    return path in PUBLIC or path.startswith(PUBLIC_FOLDERS)


@pytest.fixture(params=["district", "city"])
def tier(request, tmp_path):
    made = SignedConsole(tmp_path, tier=request.param, push=lambda _store: Phones())
    yield request.param, made
    made.close()


class Phones:
    public_key = "key"


def test_every_route_is_a_method_of_the_table_or_named(tier):
    name, console = tier
    methods = {
        method.path: f"/{contract.name}/{method.name}"
        for contract in CONTRACTS[name]
        for method in contract.methods.values()
    }
    assert set(methods.values()) <= METHODS
    unnamed = {one for one in routes_of(console.app) if not is_public(one)} - {*methods, *PAGES}
    assert unnamed == set()


def test_what_is_not_public_is_nobodys_without_a_session(tier):
    _, console = tier
    for path in routes_of(console.app):
        if is_public(path):
            continue
        asked = path.replace("{rest:path}", "x").replace("{", "").replace("}", "")
        for verb in ("GET", "POST", "PUT", "DELETE"):
            answer = asyncio.run(request(console.app, asked, method=verb))
            assert answer.status in (303, 401, 403), f"{verb} {asked}"


def test_what_is_named_is_there(tmp_path):
    console = SignedConsole(tmp_path, push=lambda _store: Phones())
    assert set(PAGES) <= routes_of(console.app)
    console.close()
