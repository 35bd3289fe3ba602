"""A crew's phone is called by web push: once for an order, until it is answered or too late; what a
push service says is heeded, and a restart calls nobody again.
"""

import asyncio
from contextlib import asynccontextmanager

import pytest
from consoles import crew_screen
from consoles.fake_screens import FakeCrewScreen
from consoles.reports import CLOCK
from push_service import Phone, PushService
from served_consoles import eventually

from citybrain.clock import later
from citybrain.ids import UnitId
from citybrain.localized_name import LocalizedName
from citybrain.people.store import PeopleStore, Session, ensure_store
from citybrain.random_ids import RandomIds
from citybrain.structs import replace
from district_node.shell.push.crew_pushes import CrewPushes
from district_node.web_push.call import PushCalls
from district_node.web_push.services import PushServices
from district_node.web_push.subscriptions import GivenSubscription, PushSubscriptions
from district_node.web_push.vapid import push_key

UNIT = UnitId("riverside-1")
KIND = LocalizedName(en="Waterlogging", zh="道路积水")
PLACE = LocalizedName(en="40 m north of Bridge 3", zh="三号桥北40米")
CONTACT = "mailto:it@riverside.example"


class District:
    """A node's part that calls phones, over a crew's screen and a push service of our own."""

    def __init__(self, folder):
        self.service = PushService(folder)
        self.store = PeopleStore(ensure_store(folder))
        self.key = push_key(folder, CONTACT)
        self.services = PushServices([self.service.host], allows_private=True)
        self.subscriptions = PushSubscriptions(self.store, self.services, self.key.public)
        self.crews = FakeCrewScreen(crew_screen.crew_view(None, state="available"))
        self.results = []

    def link(self, phone, session="s1", unit=UNIT, language="en"):
        now = CLOCK.now()
        if self.store.session(session) is None:
            self.store.add_session(
                Session(id_hash=session, key="", unit=unit, begun_at=now, used_at=now)
            )
        keys = phone.subscription["keys"]
        given = GivenSubscription(
            endpoint=phone.endpoint,
            public_key=keys["p256dh"],
            secret=keys["auth"],
            language=language,
        )
        self.subscriptions.set(session, unit, given)

    def show(self, view):
        if view.order is not None:
            view = replace(view, order=replace(view.order, place_name=PLACE))
        self.crews.views[UNIT] = view
        self.crews.poke()

    @asynccontextmanager
    async def running(self):
        """As between a start and a stop of the node."""
        calls = PushCalls(self.services, self.service.ca_file)
        pushes = CrewPushes(
            self.crews,
            self.store,
            key=self.key,
            calls=calls,
            kind_of=lambda _: KIND,
            count=self.results.append,
            clock=CLOCK,
            ids=RandomIds(),
            retry_s=0.01,
        )
        task = asyncio.create_task(pushes.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            calls.close()

    async def next(self):
        return await asyncio.to_thread(self.service.next)

    async def until(self, *results):
        await eventually(lambda: self.results == list(results))

    def close(self):
        self.store.close()
        self.service.close()


@pytest.fixture
def district(tmp_path):
    made = District(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("language", "title", "body"),
    [
        (
            "en",
            "Waterlogging · 40 m north of Bridge 3",
            "New order · Severe · open it to answer",
        ),
        ("zh", "道路积水 · 三号桥北40米", "新任务 · 严重 · 请打开答复"),
    ],
)
def test_a_new_order_is_pushed_once_signed_and_for_this_phone_alone(
    district, language, title, body
):
    phone = Phone(district.service)
    district.link(phone, language=language)

    async def story():
        async with district.running():
            district.show(crew_screen.crew_view())
            path, headers, sent = await district.next()
            assert path == phone.path
            assert phone.read(sent) == {
                "order": "ord-riverside-37",
                "number": 7,
                "page": "/crew/riverside-1",
                "lang": language,
                "title": title,
                "body": body,
            }
            claims = district.service.claims(headers, district.key.public)
            assert (claims["aud"], claims["sub"]) == (district.service.origin, CONTACT)
            assert 0 < claims["exp"] - CLOCK.now() / 1e6 <= 86_400
            assert (headers["urgency"], headers["content-encoding"]) == ("high", "aes128gcm")
            assert 0 < int(headers["ttl"]) <= 65  # until the crew should have answered
            assert len(headers["topic"]) == 32
            await district.until("sent")
            district.show(crew_screen.crew_view())
            district.show(crew_screen.crew_view(assignment_number=8))
            _, later_headers, sent = await district.next()
            assert phone.read(sent)["number"] == 8
            assert later_headers["topic"] != headers["topic"]
            await district.until("sent", "sent")
        assert district.service.received.empty()

    asyncio.run(story())


def test_every_phone_of_the_unit_is_called_and_no_other_ones(district):
    mine, second, others = (Phone(district.service, name) for name in ("a", "b", "c"))
    district.link(mine)
    district.link(second, "s2")
    district.link(others, "s3", UnitId("riverside-2"))

    async def story():
        async with district.running():
            district.show(crew_screen.crew_view())
            paths = {(await district.next())[0], (await district.next())[0]}
            assert paths == {mine.path, second.path}
            await district.until("sent", "sent")

    asyncio.run(story())
    assert district.service.received.empty()


def test_a_restart_calls_nobody_again_and_nobody_for_an_order_that_was_answered(district):
    district.link(Phone(district.service))

    async def story():
        district.show(crew_screen.crew_view())
        async with district.running():
            await district.next()
            await district.until("sent")
        async with district.running():  # not answered: its phone has it
            district.link(Phone(district.service, "b"), "s2")
            district.crews.poke()
            assert (await district.next())[0] == "/push/b"
            await district.until("sent", "sent")
        district.show(crew_screen.crew_view("accepted"))
        async with district.running():
            district.link(Phone(district.service, "c"), "s3")
            district.show(crew_screen.crew_view("accepted"))
            district.show(crew_screen.crew_view(assignment_number=9))
            calls = [await district.next() for _ in range(3)]
            assert {path for path, *_ in calls} == {"/push/phone-1", "/push/b", "/push/c"}
            await eventually(lambda: len(district.results) == 5)
        assert district.service.received.empty()

    asyncio.run(story())


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_the_browser_has_ended_is_removed(district, status):
    district.link(Phone(district.service))
    district.service.answers = [(status, {})]

    async def story():
        async with district.running():
            district.show(crew_screen.crew_view())
            await district.next()
            await district.until("gone")
            await eventually(lambda: district.store.push_subscriptions() == ())
        assert district.store.push_subscriptions() == ()
        assert district.service.received.empty(), "it is not called again"

    asyncio.run(story())


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_passes_is_tried_again_and_keeps_the_topic(district, status):
    district.link(Phone(district.service))
    district.service.answers = [(status, {"retry-after": "0"}), (status, {})]

    async def story():
        async with district.running():
            district.show(crew_screen.crew_view())
            topics = {(await district.next())[1]["topic"] for _ in range(3)}
            assert len(topics) == 1
            await district.until("away", "away", "sent")

    asyncio.run(story())


@pytest.mark.parametrize("status", [400, 401, 403, 413, 301])
def test_what_a_push_service_refuses_is_not_sent_again(district, status, caplog):
    district.link(Phone(district.service))
    district.service.answers = [(status, {"location": "https://127.0.0.1:1/"})]

    async def story():
        async with district.running():
            district.show(crew_screen.crew_view())
            await district.next()
            await district.until("refused")
            district.show(crew_screen.crew_view())
            await eventually(lambda: f"it answered {status}" in caplog.text)
        assert district.service.received.empty()
        assert len(district.store.push_subscriptions()) == 1

    asyncio.run(story())


def test_an_order_that_is_answered_meanwhile_is_not_tried_again(district):
    district.link(Phone(district.service))
    district.service.answers = [(503, {})] * 100

    async def story():
        async with district.running():
            district.show(crew_screen.crew_view())
            await district.next()
            district.show(crew_screen.crew_view("accepted"))
            district.service.answers = []
            other = Phone(district.service, "b")
            district.link(other, "s2")
            district.show(crew_screen.crew_view(assignment_number=8))
            while (got := await district.next())[0] != other.path:
                pass
            assert other.read(got[2])["number"] == 8

    asyncio.run(story())


def test_it_is_given_up_when_it_would_come_too_late(district, caplog):
    district.link(Phone(district.service))
    district.service.answers = [(429, {"retry-after": "3600"})]

    async def story():
        async with district.running():
            district.show(crew_screen.crew_view())
            await district.next()
            await eventually(lambda: "was not called" in caplog.text)

    asyncio.run(story())
    assert district.results == ["away"]


def test_an_order_without_a_time_to_answer_lives_a_minute(district):
    district.link(Phone(district.service))
    view = crew_screen.crew_view()
    late = replace(view, order=replace(view.order, accept_by=later(CLOCK.now(), -5)))

    async def story():
        async with district.running():
            district.show(late)
            assert int((await district.next())[1]["ttl"]) in range(50, 61)

    asyncio.run(story())


def test_a_service_that_proves_nothing_gets_nothing(district, tmp_path):
    district.link(Phone(district.service))
    other = tmp_path / "other"
    other.mkdir()
    impostor = PushService(other)  # another certificate than the one that is trusted
    district.service.ca_file = impostor.ca_file

    async def story():
        async with district.running():
            district.show(crew_screen.crew_view())
            await eventually(lambda: district.results[:2] == ["away", "away"])
        assert district.service.received.empty()

    asyncio.run(story())
    impostor.close()


def test_a_private_address_is_not_called_where_the_configuration_does_not_allow_it(district):
    district.link(Phone(district.service))
    district.services = PushServices([district.service.host], allows_private=False)

    async def story():
        async with district.running():
            district.show(crew_screen.crew_view())
            await district.until("refused")
        assert district.service.received.empty()

    asyncio.run(story())


def test_a_subscription_that_was_damaged_in_the_file_stops_nobody(district, caplog):
    district.link(Phone(district.service))
    district.link(Phone(district.service, "b"), "s2")
    district.store._connection.execute(
        "UPDATE push_subscriptions SET public_key = '?' WHERE id_hash = 's1'"
    )

    async def story():
        async with district.running():
            district.show(crew_screen.crew_view())
            assert (await district.next())[0] == "/push/b"
            await eventually(lambda: sorted(district.results) == ["refused", "sent"])

    asyncio.run(story())
    assert "cannot be called" in caplog.text


def test_a_phone_whose_session_has_ended_is_called_no_more(district):
    district.link(Phone(district.service))
    district.link(Phone(district.service, "b"), "s2")
    assert district.store.end_session("s1") == 1
    district.store.end_sessions_of_unit(UNIT)
    assert district.store.push_subscriptions() == ()
    rows = district.store._connection.execute("SELECT count(*) FROM push_subscriptions").fetchall()
    assert rows == [(0,)], "nothing of a lost phone stays in the file"
