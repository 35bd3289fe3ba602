"""A real district process calls a real order's crew by web push, and after kill -9 calls nobody for
it again, answered or not.
"""

import http.client
import json
from queue import Empty
from urllib.parse import urlencode, urlsplit

import pytest
from district_clients import crew_of, crew_screen, press
from district_process import DistrictProcess, ScriptedAgent, an_event, cli, until
from people_files import PASSWORD, put_account
from push_service import Phone, PushService

from citybrain.clock import Timestamp
from citybrain.domain.principal import Role
from citybrain.people.store import PeopleStore, ensure_store
from citybrain.vocabulary import CrewAction
from citysim.supervise.mqtt_broker import BrokerProcess
from citysim.supervise.tcp_ports import free_ports
from district_node.web_push.vapid import FILE

PUSH = """
[push]
contact = "mailto:it@riverside.example"
services = ["{host}"]
allow_private = true
ca_file = "{ca_file}"
"""


@pytest.fixture
def service(tmp_path):
    made = PushService(tmp_path)
    yield made
    made.close()


@pytest.fixture
def broker(tmp_path):
    process = BrokerProcess(port=free_ports(1)[0], folder=tmp_path / "broker").start()
    yield process
    process.kill()


@pytest.fixture
def node(tmp_path, broker, service):
    made = DistrictProcess(tmp_path, broker.port)
    (made.web,) = free_ports(1)
    text = made.config.read_text("utf-8").replace("127.0.0.1:0", f"127.0.0.1:{made.web}")
    text += PUSH.format(host=service.host, ca_file=service.ca_file)
    made.config.write_text(text, "utf-8")
    data = tmp_path / "riverside"
    data.mkdir(mode=0o700)
    people = PeopleStore(ensure_store(data))
    put_account(people, "Li Na", Role.OPERATOR, at=Timestamp(1), password=PASSWORD)
    people.close()
    yield made.start()
    if made.process.poll() is None:
        made.kill()


def ask(node, method, path, body=b"", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", node.web, timeout=20)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def linked(node):
    """The cookie of a phone that came by the link of the command."""
    made = cli(
        "district", "crew-link", "riverside-1", "--config", str(node.config), "--url=http://x"
    )
    path = urlsplit(made.stdout.strip()).path
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = ask(node, "POST", path, urlencode({}).encode(), **form)
    return answer.headers["set-cookie"].partition(";")[0]


def subscribe(node, phone):
    body = json.dumps({**phone.subscription, "language": "en"}).encode()
    sent = {"content-type": "application/json", "cookie": linked(node)}
    assert ask(node, "PUT", "/crew/riverside-1/push", body, **sent).status == 204


def test_a_crew_is_called_once_over_a_kill_and_never_for_what_it_has_answered(
    node, broker, service, tmp_path
):
    assert (tmp_path / "riverside" / FILE).stat().st_mode & 0o777 == 0o600
    phone = Phone(service)
    subscribe(node, phone)
    agent = ScriptedAgent(broker.port)
    agent.send_new(an_event())
    path, headers, sent = service.next(60)
    message = phone.read(sent)
    assert (path, message["page"]) == (phone.path, "/crew/riverside-1")
    assert message["title"].startswith("Crowding")
    assert message["body"].startswith("New order · Moderate")
    claims = service.claims(headers, headers["authorization"].rpartition("k=")[2])
    assert claims["aud"] == service.origin
    people = PeopleStore(tmp_path / "riverside" / "people.db")
    until(lambda: people.push_subscriptions()[0].called, "it is noted")
    people.close()
    node.kill()
    node.start()
    with pytest.raises(Empty):  # its phone has it
        service.next(3)
    with crew_of(node.grpc) as crew:
        order = crew_screen(crew, "riverside-1").order
        assert order.order == message["order"]
        assert press(crew, "riverside-1", order, CrewAction.ACCEPT, "press-1").done
    node.kill()
    node.start()
    second = Phone(service, "second")
    subscribe(node, second)
    with pytest.raises(Empty):  # another phone of a crew that has answered
        service.next(3)
    agent.bus.stop()
