"""A console by TLS: with a certificate of the city's own authority, the newest one, and with no
place for whoever does not shake hands."""

import asyncio
import ssl
from importlib.resources import files

import pytest
from authority_rig import open_authority
from consoles import district_screen
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen

from citybrain.enrolment.folder import CERTIFICATE, KEY, ROOT
from citybrain.identity.name import parse_short
from citybrain.rpc.transport import identity_tls
from citybrain.system_clock import SystemClock
from citybrain.web.admission.admission import Admission
from citybrain.web.page_certificate import page_certificate
from citybrain.web.serve import serve
from citybrain.web.served_certificate import Handshakes, ServedCertificate

HOST = "127.0.0.1"
CSS = (files("citybrain.web") / "static" / "base.css").read_bytes()


@pytest.fixture
def authority(tmp_path):
    made = open_authority(tmp_path / "ca", SystemClock())
    yield made
    made.close()


@pytest.fixture
def folder(authority, tmp_path):
    name = parse_short(authority.city, "district/riverside")
    authority.issue_here(name, tmp_path / "identity", hosts=[HOST])
    return tmp_path / "identity"


@pytest.fixture
def app():
    return district_app(FakeDistrictScreen(district_screen.empty_district()), FakeCrewScreen())


async def page_and_serial(port, root):
    """The page that a browser gets that trusts `root` alone, and the serial number of the
    certificate that was presented."""
    trusting = ssl.create_default_context(cafile=root)
    reader, writer = await asyncio.open_connection(HOST, port, ssl=trusting, server_hostname=HOST)
    head = f"GET /shared/base.css HTTP/1.1\r\nHost: {HOST}:{port}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode())
    async with asyncio.timeout(30):
        page = await reader.read()
    serial = writer.get_extra_info("peercert")["serialNumber"]
    writer.close()
    return page, serial


def test_a_browser_that_trusts_the_citys_root_reads_a_page_and_a_renewal_needs_no_restart(
    authority, folder, app
):
    async def scenario():
        certificate = ServedCertificate(folder / CERTIFICATE, folder / KEY)
        server = await serve(app, HOST, 0, certificate=certificate)
        page, first = await page_and_serial(server.port, folder / ROOT)
        assert page.startswith(b"HTTP/1.1 200 OK\r\n") and page.endswith(CSS)
        name = parse_short(authority.city, "district/riverside")
        authority.issue_here(name, folder, hosts=[HOST])
        page, second = await page_and_serial(server.port, folder / ROOT)
        assert page.endswith(CSS) and first != second
        await server.stop()

    asyncio.run(scenario())


def test_whoever_does_not_shake_hands_loses_his_place(folder, app):
    async def scenario():
        refused = []
        admission = Admission(count=refused.append)
        admission.handshakes = Handshakes(0.05)
        certificate = ServedCertificate(folder / CERTIFICATE, folder / KEY)
        server = await serve(app, HOST, 0, admission=admission, certificate=certificate)
        reader, writer = await asyncio.open_connection(HOST, server.port)
        async with asyncio.timeout(30):
            assert await reader.read() == b""
        writer.close()
        assert refused == ["handshake_late"]
        await server.stop()

    asyncio.run(scenario())


def test_pages_of_this_machine_alone_and_of_lab_mode_speak_plain_http(folder):
    tls = identity_tls(folder)
    assert page_certificate("0.0.0.0:8101", tls) is not None
    assert page_certificate("127.0.0.1:8101", tls) is None
    assert page_certificate("0.0.0.0:8101", None) is None
