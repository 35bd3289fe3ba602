"""A crew's phone rings with its screen locked, as far as Chromium shows it: the page subscribes,
the node calls, the worker shows the order and opens its page. Its push service is one of ours.
"""

import asyncio
import json

import pytest
from consoles import crew_screen
from consoles.reports import CLOCK
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect
from push_service import Phone, PushService
from pushed_phone import deliver, let_subscribe
from signed_consoles import SignedConsole

from citybrain.localized_name import LocalizedName
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from district_node.shell.push.crew_pushes import CrewPushes
from district_node.web_push.call import PushCalls
from district_node.web_push.services import PushServices
from district_node.web_push.subscriptions import PushSubscriptions
from district_node.web_push.vapid import push_key

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
KIND = LocalizedName(en="Waterlogging", zh="道路积水")
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  const shown = await registration.getNotifications();
  return shown.map(({ title, body, tag, requireInteraction, lang }) =>
    ({ title, body, tag, requireInteraction, lang }));
}"""
CLICKED = """async () => {
  const done = [];
  self.clients.openWindow = async (page) => done.push(["open", page]);
  WindowClient.prototype.focus = async function () {
    done.push(["focus", new URL(this.url).pathname]);
  };
  for (const notification of await self.registration.getNotifications()) {
    let waited = null;
    const event = new NotificationEvent("notificationclick", { notification });
    event.waitUntil = (promise) => (waited = promise);
    self.dispatchEvent(event);
    await waited;
  }
  return [done, (await self.registration.getNotifications()).length];
}"""


class District:
    """A district's pages, its calls to phones, and a push service, without a node around them."""

    def __init__(self, folder):
        self.service, self.key = PushService(folder), push_key(folder, "mailto:it@city.example")
        self.services = PushServices([self.service.host], allows_private=True)
        self.signed = SignedConsole(
            folder,
            clock=SystemClock(),
            push=lambda store: PushSubscriptions(store, self.services, self.key.public),
        )
        self.calls = PushCalls(self.services, self.service.ca_file)
        self.console = ThreadedConsole(self.signed.app)
        self.show(crew_screen.crew_view(None, state="available"))
        pushes = CrewPushes(
            self.signed.crews,
            self.signed.door.store,
            key=self.key,
            calls=self.calls,
            kind_of=lambda _: KIND,
            count=lambda _: None,
            clock=CLOCK,
            ids=RandomIds(),
        )
        self.tasks = []
        self.console.do(lambda: self.tasks.append(asyncio.create_task(pushes.run())))

    def show(self, view):
        self.signed.crews.views["riverside-1"] = view
        self.console.do(self.signed.crews.poke)

    def link(self):
        return f"{self.console.url}/crew-link/{self.signed.accounts.new_link('riverside-1')}"

    def subscriptions(self):
        return self.signed.commands.push_subscriptions()

    def stop(self):
        self.console.do(lambda: [task.cancel() for task in self.tasks])
        self.console.stop()
        self.signed.close()
        self.calls.close()
        self.service.close()


@pytest.fixture
def district(tmp_path):
    made = District(tmp_path)
    yield made
    made.stop()


def linked(district, pages, own, lang="en", permission="granted"):
    page = pages.open("about:blank", **PHONE)
    page.context.grant_permissions(["notifications"], origin=district.console.url)
    let_subscribe(page, own, permission=permission)
    page.goto(f"{district.link()}?lang={lang}")
    page.locator("button[type=submit]").click()
    expect(page.locator("#free")).to_be_visible()
    return page


def shown(page, *titles):
    """The notifications, once they are those with these titles."""
    for _ in range(200):
        found = page.evaluate(SHOWN)
        if [one["title"] for one in found] == list(titles):
            return found
        page.wait_for_timeout(50)
    pytest.fail(f"{found} are shown, not {titles}")


def push_line(page):
    return page.locator("#phone-list li").nth(3)


@pytest.mark.parametrize(
    ("lang", "ask", "works", "body"),
    [
        ("en", "allow notifications", "works", "New order · Severe · open it to answer"),
        ("zh", "允许通知", "可用", "新任务 · 严重 · 请打开答复"),
    ],
)
def test_a_phone_is_allowed_called_and_shows_the_order_until_it_is_answered(
    district, pages, lang, ask, works, body
):
    phone = Phone(district.service)
    page = linked(district, pages, phone.subscription, lang, permission="default")
    expect(push_line(page)).to_contain_text(ask)
    expect(page.locator("#phone-list")).to_be_visible()  # there is something to do
    assert pages.unlabelled(page) == []
    assert pages.lowest_contrast(page)["ratio"] >= 4.5
    page.locator("#allow-push").tap()
    expect(push_line(page)).to_contain_text(works)
    expect(page.locator("#allow-push")).to_be_hidden()
    assert page.evaluate("window.subscribedTo") == district.key.public
    assert [one.language for one in district.subscriptions()] == [lang]
    district.show(crew_screen.crew_view())
    expect(page.locator("#ring")).to_be_visible()
    _, _, sent = district.service.next()
    message = phone.read(sent)
    deliver(page, json.dumps(message))
    kind = KIND.zh if lang == "zh" else KIND.en
    (call,) = shown(page, kind)
    assert call == {
        "title": kind,
        "body": body,
        "tag": "ord-riverside-37",
        "requireInteraction": True,
        "lang": lang,
    }
    deliver(page, json.dumps({**message, "title": "again"}))  # takes the place of the first
    shown(page, "again")
    page.locator("[data-action=accept]").tap()
    shown(page)
    assert pages.errors == []


def test_a_press_on_the_order_comes_back_to_its_page_or_opens_it(district, pages):
    page = linked(district, pages, Phone(district.service).subscription)
    expect(push_line(page)).to_contain_text("works")
    message = {"order": "ord-1", "title": "Fire", "body": "", "page": "/crew/riverside-1"}
    deliver(page, json.dumps(message))
    shown(page, "Fire")
    (worker,) = page.context.service_workers
    assert worker.evaluate(CLICKED) == [[["focus", "/crew/riverside-1"]], 0]
    deliver(page, json.dumps({**message, "page": "/crew/riverside-9"}))
    shown(page, "Fire")
    assert worker.evaluate(CLICKED) == [[["open", "/crew/riverside-9"]], 0]


def test_a_message_that_cannot_be_read_is_a_new_order_all_the_same(district, pages):
    page = linked(district, pages, Phone(district.service).subscription)
    expect(push_line(page)).to_contain_text("works")
    deliver(page, "no JSON")
    shown(page, "New order · 新任务")


RENEWED = """async (own) => {
  let waited = null;
  const event = new Event("pushsubscriptionchange");
  event.newSubscription = { toJSON: () => own };
  event.waitUntil = (promise) => (waited = promise);
  self.dispatchEvent(event);
  await waited;
}"""


def test_a_subscription_that_the_browser_changes_by_itself_is_given_to_the_district(
    district, pages
):
    page = linked(district, pages, Phone(district.service).subscription, "zh")
    expect(push_line(page)).to_contain_text("可用")
    page.goto("about:blank")  # nobody looks at it
    (worker,) = page.context.service_workers
    changed = Phone(district.service, "changed")
    worker.evaluate(RENEWED, changed.subscription)
    (kept,) = district.subscriptions()
    assert (kept.endpoint, kept.language) == (changed.endpoint, "zh")


class Elsewhere:
    origin = "https://push.attacker.example"


@pytest.mark.parametrize(
    ("permission", "own", "lang", "said"),
    [
        ("denied", None, "en", "Notifications are blocked"),
        ("denied", None, "zh", "通知已被阻止"),
        ("granted", None, "en", "push service cannot be reached"),
        ("granted", None, "zh", "无法连接浏览器的推送服务"),
        ("granted", Phone(Elsewhere).subscription, "en", "does not call this browser's"),
        ("granted", Phone(Elsewhere).subscription, "zh", "不使用此浏览器的推送服务"),
    ],
)
def test_the_page_says_why_it_is_not_called(district, pages, permission, own, lang, said):
    page = linked(district, pages, own, lang, permission)
    expect(push_line(page)).to_contain_text(said)
    assert district.subscriptions() == ()


def test_a_person_at_the_page_of_a_crew_is_told_that_this_is_no_phone_of_it(district, pages):
    from people_files import PASSWORD

    page = pages.open(f"{district.console.url}/sign-in?lang=en&next=/crew/riverside-1", **PHONE)
    page.locator("[name=name]").fill("Li Na")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    expect(push_line(page)).to_contain_text("not linked to the unit")
