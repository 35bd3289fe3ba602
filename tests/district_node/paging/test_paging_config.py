"""The table `paging`: what it becomes, and each fault as a sentence with its key."""

import pytest

from citybrain.domain.page import Channel
from citybrain.errors import ConfigError
from citybrain.vocabulary import Severity
from district_node.config import read
from district_node.paging.check import gap_notes

HEAD = """
district = "riverside"
name = { en = "Riverside", zh = "滨江" }
centre = { lat = 30.657, lon = 104.086 }
data_dir = "run/riverside"
"""
PEOPLE = """
[[paging.person]]
id = "chen"
name = "陈伟"
language = "zh"
roles = ["supervisor"]
channel = [{ by = "mail", url_file = "SECRET" }, { by = "mqtt", adapter = "desk-1" }]
[[paging.person]]
id = "li"
name = "Li Na"
channel = [{ by = "sms", url_file = "SECRET" }]
"""
NIGHTS = """
[[paging.rota]]
id = "nights"
[[paging.rota.shift]]
people = ["chen", "li"]
days = ["mon", "tue", "wed", "thu", "fri"]
begins = "20:00"
ends = "08:00"
"""
URGENT = """
[[paging.policy]]
id = "urgent"
severities = ["Extreme", "Severe"]
repeat = 2
city = true
[[paging.policy.step]]
rotas = ["nights"]
[[paging.policy.step]]
wait_s = 300.0
roles = ["supervisor"]
by = ["mail"]
"""
TUNED = """
[[tune]]
kind = "crowding"
escalates = { policy = "urgent" }
"""


@pytest.fixture
def read_with(tmp_path):
    def made(*tables, top="[paging]\n", mode=0o600):
        secret = tmp_path / "address"
        secret.write_text("json://sink.example/\n", encoding="utf-8")
        secret.chmod(mode)
        path = tmp_path / "district.toml"
        text = HEAD + top + "".join(tables)
        path.write_text(text.replace("SECRET", str(secret)), encoding="utf-8")
        return read(path)

    return made


def test_the_tables_become_values_without_a_contact(read_with):
    top = '[paging]\nzone = "Asia/Shanghai"\nsupervisor = "chen"\n'
    setup = read_with(PEOPLE, NIGHTS, URGENT, TUNED, top=top).setup
    paging = setup.paging
    chen, _ = paging.people
    assert (chen.name, chen.language, chen.channels) == (
        "陈伟",
        "zh",
        (Channel.MAIL, Channel.MQTT),
    )
    (policy,) = paging.policies
    assert policy.severities == (Severity.EXTREME, Severity.SEVERE)
    assert policy.steps[1].channels == (Channel.MAIL,)
    (shift,) = paging.rotas[0].shifts
    assert (shift.days, shift.begins_min, shift.ends_min) == ((0, 1, 2, 3, 4), 1200, 480)
    assert [offset.offset_s for offset in paging.offsets] == [28_800]
    crowding = next(playbook for playbook in setup.playbooks if playbook.kind == "crowding")
    assert crowding.escalates.policy == "urgent"
    assert "sink.example" not in repr(setup)
    assert list(gap_notes(paging)) == [
        "rota nights has nobody on call from Tue 08:00 to Tue 20:00 and from Wed 08:00 to Wed 20:00"
        " and from Thu 08:00 to Thu 20:00 and from Fri 08:00 to Fri 20:00 and from Sat 08:00 to"
        " Mon 20:00; calls in that time go to 陈伟"
    ]


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ((PEOPLE, NIGHTS), "from Sat 08:00 to Mon 20:00, and there is no supervisor"),
        ((PEOPLE, NIGHTS.replace('"li"', '"zhao"')), "'zhao' is not there"),
        ((PEOPLE, URGENT), "'nights' is not there"),
        (
            (PEOPLE, URGENT.replace('rotas = ["nights"]', "")),
            "a step of policy urgent calls nobody",
        ),
        ((PEOPLE, URGENT.replace("supervisor", "admin")), "a step of policy urgent calls nobody"),
        ((PEOPLE, TUNED), "crowding is to call people by the policy 'urgent', which is not there"),
        ((PEOPLE, PEOPLE), "chen is there twice"),
        ((PEOPLE.replace('"zh"', '"fr"'),), "is no language of the texts"),
        ((PEOPLE, NIGHTS.replace("20:00", "25:00")), "Give a time of the day"),
        ((PEOPLE, NIGHTS.replace('"mon"', '"moon"')), "is no day of the week"),
        ((PEOPLE.replace(', adapter = "desk-1"', ""),), "an mqtt channel needs `adapter`"),
        ((PEOPLE.replace('by = "sms", url_file = "SECRET"', 'by = "sms"'),), "needs `url_file`"),
        (
            (PEOPLE, URGENT, URGENT.replace('"urgent"', '"other"')),
            "urgent and other are both for Extreme incidents",
        ),
    ],
)
def test_whatever_would_call_nobody_is_named(read_with, tables, said):
    with pytest.raises(ConfigError) as problems:
        read_with(*tables)
    assert said in str(problems.value)


def test_an_unknown_zone_a_strange_supervisor_and_an_open_secret_are_named(read_with):
    top = '[paging]\nzone = "Asia/Chengdou"\nsupervisor = "wu"\n'
    with pytest.raises(ConfigError, match="no time zone that this machine knows"):
        read_with(PEOPLE, top=top)
    with pytest.raises(ConfigError, match="'wu' is not there"):
        read_with(PEOPLE, top='[paging]\nsupervisor = "wu"\n')
    with pytest.raises(ConfigError, match="open to other users"):
        read_with(PEOPLE, mode=0o644)
