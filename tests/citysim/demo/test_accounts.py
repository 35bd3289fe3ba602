"""Who may sign in at a demo's consoles: made before a node starts, with passwords and links that
only the terminal has.
"""

import os
import stat

import pytest

from citybrain.clock import ManualClock
from citybrain.domain.principal import Role
from citybrain.people.door import open_door
from citybrain.people.passwords import is_password
from citybrain.people.sessions import Sessions
from citybrain.people.store import FILE, PeopleStore, name_key
from citybrain.random_ids import RandomIds
from citysim.demo.city_layout import demo_city
from citysim.demo.data.wave import csv_path
from citysim.demo.messages import LANGUAGES, Translator
from citysim.demo.prepare.accounts import EVERYBODY, LI_NA, make_accounts
from citysim.demo.prepare.browser_pages import write_browser_page
from citysim.demo.prepare.configs import RunFolder, choose_ports
from citysim.demo.screen.sign_in_lines import sign_in_lines

CITY = demo_city(wave=csv_path())
PORTS = choose_ports(CITY)
NODES = ("city", *(district.id for district in CITY.districts))
CLOCK = ManualClock()


def made_in(run):
    return make_accounts(run, CITY, PORTS, language="zh", clock=CLOCK, ids=RandomIds())


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    run = RunFolder(root=tmp_path_factory.mktemp("run"))
    return run, made_in(run)


def accounts(run, node):
    store = PeopleStore(run.data(node) / FILE)
    try:
        return store.accounts()
    finally:
        store.close()


def test_no_node_of_a_run_lets_anybody_in_who_did_not_sign_in(made):
    run, _ = made
    for node in NODES:
        door = open_door(
            run.data(node),
            node=node,
            address="127.0.0.1:0",
            clock=CLOCK,
            ids=RandomIds(),
            count=lambda _: None,
        )
        assert not door.is_lab
        door.close()


def test_a_district_has_an_operator_and_a_supervisor_and_the_city_its_duty_officer(made):
    run, _ = made
    roles = {node: {r for one in accounts(run, node) for r in one.roles} for node in NODES}
    districts = {d.id: {Role.OPERATOR, Role.SUPERVISOR} for d in CITY.districts}
    assert roles == {"city": {Role.DUTY_OFFICER}, **districts}


def test_each_link_is_of_one_person_at_one_node_and_its_address_is_the_pages(made):
    run, sign_ins = made
    assert len(sign_ins.links) == 7
    for link in sign_ins.links:
        pages, _, secret = link.address.partition("#")
        listen = PORTS.city if link.node == "city" else PORTS.districts[link.node]
        assert pages == f"{listen.web_url}sign-in-link?lang=zh"
        store = PeopleStore(run.data(link.node) / FILE)
        assert (
            Sessions(store, clock=CLOCK, ids=RandomIds()).begin_by_link(secret)[1].name
            == link.person.name
        )
        store.close()


def test_passwords_and_links_are_on_the_terminal_alone(made):
    run, sign_ins = made
    secrets = [*sign_ins.passwords.values(), *(x.address.partition("#")[2] for x in sign_ins.links)]
    assert len(set(secrets)) == 3 + 7
    files = [path for path in run.root.rglob("*") if path.is_file()]
    assert files and not any(s.encode() in path.read_bytes() for path in files for s in secrets)
    assert not any(stat.S_IMODE(path.stat().st_mode) & 0o077 for path in files)
    for language in LANGUAGES:
        text = "\n".join(sign_in_lines(sign_ins, dict.fromkeys(NODES, "N"), Translator(language)))
        assert all(s in text for s in secrets)
        assert all(person.name in text for person in EVERYBODY)
        assert Translator(language)(LI_NA.role) in text


def test_a_run_that_goes_on_has_the_same_people_with_other_passwords(tmp_path):
    run = RunFolder(root=tmp_path)
    first, again = made_in(run), made_in(run)
    assert len(accounts(run, "riverside")) == 2
    store = PeopleStore(run.data("riverside") / FILE)
    kept = store.account(name_key("Li Na")).password_hash
    store.close()
    assert is_password(kept, again.passwords["Li Na"])
    assert not is_password(kept, first.passwords["Li Na"])


def test_a_browser_is_led_by_a_file_of_its_owner_alone(tmp_path):
    before = os.umask(0)
    try:
        page = write_browser_page(RunFolder(root=tmp_path), "city", "http://127.0.0.1:1/x#abc")
    finally:
        os.umask(before)
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert 'location.replace("http://127.0.0.1:1/x#abc")' in page.read_text()
    assert "abc" not in page.as_uri()
