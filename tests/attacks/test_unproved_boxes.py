"""Attacks 2, 4 and 8 where the broker lets anybody publish anything: a district with an identity
believes a box for its own signature and for nothing else.
"""

import asyncio
import logging

import pytest
from attacked_district import NAME, AttackedDistrict
from authority_rig import CITY, open_authority

from citybrain.bus import topics
from citybrain.clock import Timestamp
from citybrain.domain.agent import AgentStatus, SourceStatus
from citybrain.domain.console import AgentAction, AgentVerb, OperatorAction
from citybrain.domain.principal import Role, unauthenticated
from citybrain.enrolment.hello_proof import FolderVerifier, prove
from citybrain.enrolment.private_files import write_private
from citybrain.geo import Point
from citybrain.identity.name import parse_short
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import OperatorVerb, Visibility
from citybrain.wire.agent import encode_agent_status
from district_node.inputs import AgentActed, OperatorActed

STATUS = AgentStatus(
    agent="box-1",
    online=True,
    at=Timestamp(1),
    software_version="1",
    outbox_rows=0,
    outbox_bytes=0,
    lost=0,
    sources=(
        SourceStatus(
            source="cam-1",
            is_camera=True,
            place=Point(lat=30.66, lon=104.06),
            visibility=Visibility.OBSERVED,
            reason="",
            fps=5.0,
            infer_ms=20.0,
            captured=1,
            used=1,
            gated=0,
            dropped=0,
            observed_s=1.0,
            degraded_s=0.0,
            blind_s=0.0,
        ),
    ),
)


class City:
    """An authority, a district's verifier, and boxes that joined."""

    def __init__(self, folder):
        self.folder = folder
        self.authority = open_authority(folder / "ca", SystemClock())
        self.joined("district/riverside")
        self.verifier = FolderVerifier(folder / "district-riverside", NAME, SystemClock())

    def joined(self, short, beside=""):
        folder = self.folder / (short.replace("/", "-") + beside)
        return self.authority.issue_here(parse_short(CITY, short), folder)

    def revoke(self, short):
        self.authority.revoke(parse_short(CITY, short), "stolen")
        self.publish()

    def publish(self):
        """The list of the revoked, as a district fetches it."""
        revoked = self.authority.revoked_list().encode()
        write_private(self.folder / "district-riverside" / "crl.pem", revoked)


@pytest.fixture
def city(tmp_path):
    made = City(tmp_path)
    yield made
    made.authority.close()


def attacked(city, attack):
    async def run():
        folder = city.folder / "journal"
        folder.mkdir()
        async with AttackedDistrict(folder, verifier=city.verifier) as district:
            await attack(district)

    asyncio.run(run())


async def rejected(district):
    (case,) = district.loop.state.incidents
    action = OperatorAction(
        request="o-1",
        operator="Li Na",
        incident=case,
        verb=OperatorVerb.REJECT,
        reason="nothing",
        confirmed=True,
    )
    principal = unauthenticated("Li Na", Role.OPERATOR)
    await asyncio.wrap_future(
        district.loop.submit(OperatorActed(action=action, principal=principal))
    )


async def forgotten(district, agent):
    action = AgentAction(request="a-1", operator="Li Na", agent=agent, verb=AgentVerb.FORGET)
    principal = unauthenticated("Li Na", Role.OPERATOR)
    await asyncio.wrap_future(district.loop.submit(AgentActed(action=action, principal=principal)))
    assert agent not in district.loop.state.enrolments.boxes


def by(identity, district=NAME):
    return lambda hello: prove(identity, hello, district)


async def is_refused(district, reason, times):
    await district.until(lambda: district.refused(reason) == times, f"{reason} {times} times")


async def nothing_of(district, agent):
    await district.settle()
    assert agent not in district.intake.incarnations
    assert agent not in district.loop.state.agents
    assert not district.loop.state.incidents
    assert district.acknowledged(agent) is None


def test_a_made_up_box_is_not_believed_whatever_its_broker_lets_in(city, caplog):
    caplog.set_level(logging.WARNING)

    async def attack(district):
        before = district.records
        district.say_hello("made-up", next_seq=2)
        for seq in range(1, 50):
            district.send_item("made-up", seq)
        await nothing_of(district, "made-up")
        assert district.records == before
        await is_refused(district, "unproved", 1)
        await is_refused(district, "not_enrolled", 49)

    attacked(city, attack)
    lines = [r.message for r in caplog.records if "'made-up' is refused" in r.message]
    assert len(lines) == 2, "one for each reason"


def test_a_box_may_say_no_hello_for_another_one_nor_for_another_district(city):
    box = city.joined("box/box-1")

    async def attack(district):
        district.say_hello("box-2", prove=by(box))
        await is_refused(district, "wrong_name", 1)
        district.say_hello("box-1", prove=by(box, district="oldtown"))
        await is_refused(district, "other_claims", 1)
        district.say_hello("box-1", prove=lambda h: prove(box, replace(h, next_seq=9), NAME))
        await is_refused(district, "other_claims", 2)
        other = city.joined("box/box-1", beside="-new")
        district.say_hello(
            "box-1", prove=lambda h: replace(by(other)(h), signature=by(box)(h).signature)
        )
        await is_refused(district, "wrong_signature", 1)
        district.say_hello("riverside", prove=by(city.joined("district/riverside", "-new")))
        await is_refused(district, "wrong_name", 2)
        await nothing_of(district, "box-1")

    attacked(city, attack)


def test_the_certificate_of_another_authority_proves_nobody(city, tmp_path):
    other = open_authority(tmp_path / "other-ca", SystemClock())
    stranger = other.issue_here(parse_short(CITY, "box/box-1"), tmp_path / "stranger")
    other.close()

    async def attack(district):
        district.say_hello("box-1", prove=by(stranger))
        await is_refused(district, "other_root", 1)
        await nothing_of(district, "box-1")

    attacked(city, attack)


def test_a_proved_box_is_believed_at_once_and_its_repeated_hello_is_no_record(city):
    box = city.joined("box/box-1")

    async def attack(district):
        district.say_hello("box-1", next_seq=2, prove=by(box))
        district.send_item("box-1", 1)
        await district.until(lambda: district.acknowledged("box-1") == 1, "the box is taken")
        enrolment = district.loop.state.enrolments.boxes["box-1"]
        assert (enrolment.how, enrolment.serial) == ("certificate", box.serial)
        before = district.records
        for _ in range(20):
            district.say_hello("box-1", next_seq=2, prove=by(box))
        await district.settle()
        assert district.records == before

    attacked(city, attack)


def test_nobody_but_the_box_can_begin_another_outbox_of_it(city):
    box = city.joined("box/box-1")

    async def attack(district):
        district.say_hello("box-1", next_seq=2, prove=by(box))
        district.send_item("box-1", 1)
        await district.until(lambda: district.acknowledged("box-1") == 1, "the box is taken")
        district.say_hello("box-1", incarnation=66, previous=7)
        district.send_item("box-1", 1, incarnation=66)
        await district.settle()
        assert district.intake.incarnations["box-1"] == (7,)
        assert district.believed_instead("box-1", 66) is None, "who proved nothing is told nothing"

    attacked(city, attack)


def test_a_revoked_box_is_believed_no_more_and_its_incident_goes_on(city):
    box = city.joined("box/box-1")

    async def attack(district):
        district.say_hello("box-1", next_seq=2, prove=by(box))
        district.send_item("box-1", 1)
        await district.until(lambda: district.acknowledged("box-1") == 1, "the box is taken")
        district.send("box-1", topics.STATUS, encode_agent_status(STATUS))
        shown = district.district.runtime_status.agents
        await district.until(lambda: [one.online for one in shown()] == [True], "it is shown")
        city.revoke("box/box-1")
        await district.until(
            lambda: district.loop.state.enrolments.boxes["box-1"].revoked_at, "it is journaled", 30
        )
        before = district.records
        (gone,) = shown()
        assert (gone.online, gone.sources[0].reason) == (False, "revoked"), "it is shown at once"
        district.send_item("box-1", 2)
        district.say_hello("box-1", next_seq=3, prove=by(box))
        district.send("box-1", topics.STATUS, encode_agent_status(STATUS))
        await district.settle()
        assert district.records == before
        await is_refused(district, "revoked", 2)
        assert shown() == (gone,)
        assert len(district.loop.state.incidents) == 1

    attacked(city, attack)


def test_a_revoked_box_that_joins_again_is_asked_again_though_it_said_nothing_meanwhile(city):
    box = city.joined("box/box-1")

    async def attack(district):
        def is_online():
            known = district.loop.state.agents.get("box-1")
            return known is not None and known.online

        district.say_hello("box-1", prove=by(box))
        district.send("box-1", topics.STATUS, encode_agent_status(STATUS))
        await district.until(is_online, "it is online", 30)
        city.revoke("box/box-1")
        await district.until(lambda: not is_online(), "it is revoked", 30)
        new = city.joined("box/box-1", beside="-new")
        city.publish()
        district.say_hello("box-1", prove=by(new))
        district.send("box-1", topics.STATUS, encode_agent_status(STATUS))
        await district.until(is_online, "it is online again", 30)

    attacked(city, attack)


def test_a_forgotten_box_comes_back_by_joining_anew_alone_and_what_it_sent_counts_once(city):
    box = city.joined("box/box-1")

    async def attack(district):
        status = encode_agent_status(STATUS)
        shown = district.district.runtime_status.agents
        district.say_hello("box-1", next_seq=2, prove=by(box))
        district.send("box-1", topics.STATUS, status)
        district.send_item("box-1", 1)
        await district.until(lambda: district.acknowledged("box-1") == 1, "the box is taken")
        await district.until(lambda: [one.online for one in shown()] == [True], "it is shown")
        city.revoke("box/box-1")
        await district.until(
            lambda: district.loop.state.enrolments.boxes["box-1"].revoked_at, "it is journaled", 30
        )
        await rejected(district)
        await forgotten(district, "box-1")
        assert shown() == ()
        before = district.records
        district.say_hello("box-1", next_seq=2, prove=by(box))
        district.send("box-1", topics.STATUS, status)
        district.send_item("box-1", 1)
        await district.settle()
        assert district.records == before, "nothing that a broker kept brings it back"
        assert shown() == ()
        new = city.joined("box/box-1", beside="-new")
        city.publish()
        items, cases = district.intake.counters.items, len(district.loop.state.incidents)
        district.say_hello("box-1", next_seq=3, prove=by(new))
        district.send("box-1", topics.STATUS, status)
        district.send_item("box-1", 1)
        district.send_item("box-1", 2)
        await district.until(lambda: district.acknowledged("box-1") == 2, "it goes on")
        await district.until(lambda: [one.online for one in shown()] == [True], "it is shown", 30)
        assert district.intake.counters.items == items + 1
        assert district.intake.counters.lost == 0
        assert len(district.loop.state.incidents) == cases + 1

    attacked(city, attack)


def test_a_new_card_takes_the_place_of_the_old_one_without_its_key(city):
    old = city.joined("box/box-1")

    async def attack(district):
        district.say_hello("box-1", next_seq=2, prove=by(old))
        district.send_item("box-1", 1)
        await district.until(lambda: district.acknowledged("box-1") == 1, "the box is taken")
        new = city.joined("box/box-1", beside="-new")
        city.publish()
        district.say_hello("box-1", incarnation=8, prove=by(new))
        await district.until(lambda: district.believed_instead("box-1", 8) == 7, "it is answered")
        district.say_hello("box-1", incarnation=8, previous=7, prove=by(new))
        district.send_item("box-1", 1, incarnation=8)
        await district.until(lambda: district.acknowledged("box-1", 8) == 1, "it is taken")
        assert district.loop.state.enrolments.boxes["box-1"].serial == new.serial
        district.say_hello("box-1", incarnation=7, previous=8, prove=by(old))
        await district.settle()
        await is_refused(district, "revoked", 1)
        assert district.intake.incarnations["box-1"] == (7, 8)

    attacked(city, attack)


def test_what_an_unproved_sender_says_of_its_presence_is_not_shown(city):
    async def attack(district):
        status = AgentStatus(
            agent="box-1",
            online=True,
            at=1,
            software_version="x",
            outbox_rows=0,
            outbox_bytes=0,
            lost=0,
        )
        district.send("box-1", topics.STATUS, encode_agent_status(status))
        await nothing_of(district, "box-1")
        assert district.district.runtime_status.agents() == ()

    attacked(city, attack)
