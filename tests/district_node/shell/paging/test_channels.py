"""Pages leave the node: to a real SMTP server and a real HTTP sink by apprise, and as JSON at the
broker; in the person's language, without a word of whoever reported the incident.
"""

import asyncio
import email
import email.policy
import http.server
import json
import socketserver
import threading
from contextlib import contextmanager

import pytest

from citybrain.bus.memory import MemoryBroker
from citybrain.clock import Timestamp
from citybrain.domain.page import Channel, PageLetter
from citybrain.geo import Point
from citybrain.localized_name import LocalizedName
from citybrain.structs import replace
from citybrain.vocabulary import Severity
from district_node.paging.schema import PagingConfig
from district_node.shell.paging.apprise_channel import AppriseChannel, is_address
from district_node.shell.paging.channels import channel_notes
from district_node.shell.paging.mqtt_channel import MqttChannel
from district_node.shell.paging.port import NoChannels, PageNotSentError
from district_node.shell.paging.text import page_text

LETTER = PageLetter(
    page="page-riverside-7",
    person="chen",
    person_name="Chen",
    channel=Channel.MAIL,
    language="en",
    at=Timestamp(1_796_000_000_000_000),
    incident="inc-riverside-5",
    case="R-1130-05",
    kind="waterlogging",
    title=LocalizedName(en="Waterlogging", zh="积水"),
    severity=Severity.SEVERE,
    place=Point(lat=30.657, lon=104.086),
)
PAGES = "https://queue.riverside.example"


class Mail(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs that has one message."""

    def handle(self):
        self.wfile.write(b"220 sink ESMTP\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.taken.append(b"".join(lines))
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")


class Web(http.server.BaseHTTPRequestHandler):
    """Takes every POST, or refuses each with the status that its server was given."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append(body)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        """Not on the terminal."""


@contextmanager
def serving(handler, status=200):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.taken, server.status = [], status
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def channel(tmp_path):
    def made(address, by=Channel.MAIL):
        file = tmp_path / "address"
        file.write_text(f"{address}\n", encoding="utf-8")
        file.chmod(0o600)
        return AppriseChannel({("chen", by): str(file)})

    return made


def test_a_mail_says_what_where_and_how_bad_with_a_link_and_the_page_s_number(channel):
    with serving(Mail) as server:
        port = server.server_address[1]
        url = f"mailto://127.0.0.1:{port}?from=district@riverside.example&to=chen@city.example"
        asyncio.run(channel(url).send(LETTER, PAGES))
        (taken,) = server.taken
    mail = email.message_from_bytes(taken, policy=email.policy.default)
    body = mail.get_body(("plain",)).get_content()
    assert mail["subject"] == "[Severe] Waterlogging R-1130-05"
    assert mail["to"] == "chen@city.example"
    assert f"{PAGES}/?incident=inc-riverside-5" in body
    assert "30.65700, 104.08600" in body
    assert "page-riverside-7" in body


def test_a_webhook_gets_it_in_the_person_s_language(channel):
    letter = replace(LETTER, channel=Channel.WEBHOOK, language="zh", reason="forgotten")
    with serving(Web) as server:
        url = f"json://127.0.0.1:{server.server_address[1]}/page"
        asyncio.run(channel(url, Channel.WEBHOOK).send(letter, ""))
        (taken,) = server.taken
    said = json.loads(taken)
    assert said["title"] == "[严重] 积水 R-1130-05"
    assert "此后没有进展" in said["message"]


def test_what_a_service_refuses_is_not_sent_and_the_reason_names_nobody(channel):
    letter = replace(LETTER, channel=Channel.WEBHOOK)
    with serving(Web, status=503) as server:
        url = f"json://chen:secret@127.0.0.1:{server.server_address[1]}/page"
        with pytest.raises(PageNotSentError) as refused:
            asyncio.run(channel(url, Channel.WEBHOOK).send(letter, ""))
    assert refused.value.reason == "not_delivered"
    assert "secret" not in str(refused.value)
    assert not refused.value.final


@pytest.mark.parametrize(
    ("address", "reason"), [("nonsense://x", "bad_address"), ("", "no_address")]
)
def test_an_address_that_is_none_can_be_mended_while_the_page_waits(channel, address, reason):
    with pytest.raises(PageNotSentError) as refused:
        asyncio.run(channel(address).send(LETTER, ""))
    assert (refused.value.reason, refused.value.final) == (reason, False)


def test_a_person_without_that_channel_is_given_up_at_once():
    for nobody in (AppriseChannel({}), NoChannels()):
        with pytest.raises(PageNotSentError) as refused:
            asyncio.run(nobody.send(LETTER, ""))
        assert refused.value.final


def test_the_addresses_of_the_named_channels_are_known():
    for url in ("mailtos://u:p@mail.example?to=a@b.example", "wecombot://botkey", "json://host/x"):
        assert is_address(url)
    assert not is_address("nonsense://x")


def test_check_names_the_address_that_apprise_does_not_know_and_does_not_print_it(tmp_path):
    file = tmp_path / "address"
    file.write_text("nonsense://secret\n", encoding="utf-8")
    file.chmod(0o600)
    channel = [{"by": "sms", "url_file": str(file)}]
    person = {"id": "chen", "name": "Chen", "channel": channel}
    (note,) = channel_notes(PagingConfig.model_validate({"person": [person]}))
    assert note == "the sms address of chen is none that apprise knows"


def test_a_program_at_the_broker_gets_words_and_facts():
    broker = MemoryBroker()
    bus, got = broker.client("district"), []
    reader = broker.client("desk")
    reader.subscribe("citybrain/v1/riverside/adapter/desk-1/pages", got.append)
    reader.start()
    bus.start()
    broker.deliver()
    mqtt = MqttChannel("riverside", bus, {"chen": "desk-1"})
    asyncio.run(mqtt.send(replace(LETTER, channel=Channel.MQTT), PAGES))
    broker.deliver()
    said = json.loads(got[0].payload)
    assert (said["page"], said["severity"], said["case"]) == (LETTER.page, "Severe", "R-1130-05")
    assert said["title"] == "[Severe] Waterlogging R-1130-05"
    bus.stop()
    with pytest.raises(PageNotSentError, match="broker_away"):
        asyncio.run(mqtt.send(replace(LETTER, channel=Channel.MQTT), PAGES))


def test_an_unknown_language_is_english_and_nothing_of_a_citizen_is_in_it():
    text = page_text(replace(LETTER, language="fr"), PAGES)
    assert text.title.startswith("[Severe]")
    assert set(PageLetter.__struct_fields__).isdisjoint({"contact", "text", "reporter"})


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Place: Mill Bridge (30.65700, 104.08600)"),
        ("zh", "位置: 磨坊桥 (30.65700, 104.08600)"),
    ],
)
def test_a_place_is_called_by_its_name_and_found_by_its_degrees(language, line):
    name = LocalizedName(en="Mill Bridge", zh="磨坊桥")
    text = page_text(replace(LETTER, language=language, place_name=name), PAGES)
    assert line in text.body.splitlines()
