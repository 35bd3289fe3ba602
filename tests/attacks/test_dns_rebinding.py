"""Attack 12: the attacker's page is at a name of his own; he makes the name point at this machine
and asks again. The browser sends him our page, our API and our streams, and takes his acts for
those of our own page. What he cannot change is the name in `Host`.
"""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from consoles import city_screen, crew_screen, district_screen
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCityScreen, FakeCrewScreen, FakeDistrictScreen
from consoles.reports import CLOCK
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import Error, sync_playwright
from rigs.chromium import FLAGS, find_chromium

from citybrain.api.services.city import city_service
from citybrain.ids import CountingIds
from citybrain.telemetry import metrics_endpoint
from citybrain.telemetry.metrics import MetricsRegistry
from citybrain.web.serve import serve
from coordinator.web.app import build as city_app

FOREIGN = "attacker.example"
STREAM = "/api/v1/changes?views=%7B%22name%22:%22d%22,%22collection%22:%22{}%22%7D"
ACT = {"request_id": "r1", "incident": "i", "verb": "open", "actor": "Li"}


def district():
    screen = FakeDistrictScreen(district_screen.busy_district())
    return district_app(screen, FakeCrewScreen(crew_screen.crew_view()))


def city():
    screen = FakeCityScreen(city_screen.busy_city(city_screen.plan()))
    names = {"en": "Three Rivers", "zh": "三江市"}
    return city_app((city_service(screen, CountingIds()),), clock=CLOCK, name=names)


DOORS = [
    (district, "/"),
    (district, "/crew/riverside-1"),
    (district, "/healthz"),
    (district, "/shared/changes.js"),
    (district, "/api/v1/incidents"),
    (district, "/api/v1/openapi.json"),
    (district, STREAM.format("incidents")),
    (city, "/"),
    (city, "/api/v1/incidents"),
    (city, STREAM.format("districts")),
]


@asynccontextmanager
async def served(make, registry):
    admission = metrics_endpoint.measured_admission(registry, ())
    server = await serve(make(), "127.0.0.1", 0, admission=admission)
    yield server.port
    await server.stop()


async def ask(port, path, host, *, body=None, headers=""):
    """(status, all of the head, the body of a refusal)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    method = "GET" if body is None else "POST"
    sent = b"" if body is None else json.dumps(body).encode()
    length = "" if body is None else f"Content-Length: {len(sent)}\r\n"
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}{length}\r\n"
    writer.write(head.encode() + sent)
    async with asyncio.timeout(10):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        status = int(head.split()[1])
        length = int(head.lower().partition("content-length: ")[2].partition("\r")[0] or 0)
        answer = await reader.readexactly(length) if status >= 400 else b""
    writer.close()
    return status, head, answer


@pytest.mark.parametrize(("make", "path"), DOORS)
def test_a_name_that_is_not_ours_reads_nothing(make, path):
    registry = MetricsRegistry()

    async def scenario():
        async with served(make, registry) as port:
            assert (await ask(port, path, f"127.0.0.1:{port}"))[0] == 200
            status, head, answer = await ask(port, path, f"{FOREIGN}:{port}")
            assert status == 421
            assert "content-type: application/problem+json" in head
            problem = json.loads(answer)
            assert problem["reason"] == "foreign_host"
            assert "allowed_hosts" in problem["detail"]

    asyncio.run(scenario())
    assert registry.value("http_refused_total", reason="foreign_host") == 1


@pytest.mark.parametrize("make", [district, city])
def test_its_page_acts_neither_under_its_name_nor_from_it(make):
    registry = MetricsRegistry()
    path = "/api/v1/actions" if make is district else "/api/v1/plans/plan-city-1:decide"
    json_type = "Content-Type: application/json\r\n"

    async def scenario():
        async with served(make, registry) as port:
            origin = f"Origin: http://{FOREIGN}:{port}\r\n{json_type}"
            rebound = await ask(port, path, f"{FOREIGN}:{port}", body=ACT, headers=origin)
            assert rebound[0] == 421
            foreign = await ask(port, path, f"127.0.0.1:{port}", body=ACT, headers=origin)
            assert foreign[0] == 403

    asyncio.run(scenario())
    assert registry.value("http_refused_total", reason="foreign_host") == 1
    assert registry.value("http_refused_total", reason="foreign_origin") == 1


@pytest.mark.browser
def test_a_browser_that_was_led_here_shows_nothing_of_ours():
    console = ThreadedConsole(district())
    lead = f"--host-resolver-rules=MAP {FOREIGN} 127.0.0.1"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=find_chromium(), args=[*FLAGS, lead]
            )
            page = browser.new_page()
            answer = page.goto(f"http://{FOREIGN}:{console.port}/")
            assert answer.status == 421
            with pytest.raises(Error, match="foreign_host|Failed|SyntaxError|421"):
                page.evaluate(
                    "fetch('/api/v1/incidents').then(async (r) => {"
                    " if (!r.ok) throw new Error((await r.json()).reason); return r.json(); })"
                )
            browser.close()
    finally:
        console.stop()
