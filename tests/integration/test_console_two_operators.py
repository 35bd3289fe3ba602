"""Two operators on one case, each in a browser of his own, before a real district: each sees within
a second what the other did, who comes second is told why not, and nothing of either is lost.
"""

import asyncio
import threading

import pytest
from playwright.sync_api import expect
from served_district import ServedDistrict, unit

pytestmark = pytest.mark.browser
WITHIN_MS = 1_000  # an event of one is on the other's screen


class Running:
    """A district on a loop of its own, so that browsers are driven from here."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.district = ServedDistrict(unit("riverside-1"))
        self.run(self.district.__aenter__())
        self.run(self.district.events(1))

    def run(self, step):
        return asyncio.run_coroutine_threadsafe(step, self._loop).result(20)

    @property
    def incident(self):
        (found,) = self.district.loop.state.incidents.values()
        return found

    def stop(self) -> None:
        self.run(self.district.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)


@pytest.fixture
def running():
    made = Running()
    yield made
    made.stop()


def desk(pages, running, name):
    page = pages.open(f"{running.district.url}/?lang=en")
    page.evaluate("name => localStorage.setItem('citybrain-operator', name)", name)
    page.reload()
    page.locator(".row").first.click()
    expect(page.locator("#d-steps")).to_be_visible()
    return page


@pytest.fixture
def two(pages, running):
    yield desk(pages, running, "Li Na"), desk(pages, running, "Wang Fang")
    assert pages.errors == []


def add_note(page, text):
    page.locator("#d-note").fill(text)
    page.locator("#d-note-form button").click()


def test_a_note_of_one_is_on_the_others_screen_within_a_second_and_both_are_kept(two):
    first, second = two
    second.locator("#d-note").fill("the lift is")  # half written
    add_note(first, "a lorry stands across the road")
    expect(first.locator(".toast-good")).to_be_visible()  # from here on it is journaled
    expect(second.locator("#d-notes")).to_contain_text("a lorry stands across", timeout=WITHIN_MS)
    expect(second.locator("#d-note")).to_have_value("the lift is")
    add_note(second, "the lift is free")
    for page in two:
        expect(page.locator("#d-notes")).to_contain_text("Li Na")
        expect(page.locator("#d-notes")).to_contain_text("the lift is free")


def test_who_comes_second_gets_a_sentence_and_his_reason_does_nothing(two, running):
    first, second = two
    second.keyboard.press("r")  # reject, with a reason that takes its time
    expect(second.locator("#reason-dialog")).to_be_visible()
    second.locator("#reason-text").fill("a market, as every Monday")
    first.keyboard.press("f")
    expect(first.locator(".toast-good")).to_be_visible()
    stage = running.incident.stage
    second.locator("#reason-text").press("Enter")
    refused = second.locator(".toast-bad")
    expect(refused).to_contain_text("Not done")
    assert len(refused.text_content()) > 30, "a sentence, not a code"
    assert running.incident.stage is stage
    said = [(line.code, line.actor, line.reason) for line in running.incident.history]
    assert not [one for one in said if "a market" in one[2]]
    assert [one for one in said if one[1] == "Li Na"]


def test_two_presses_of_one_verb_are_one_act_and_both_screens_say_what_became_of_it(two, running):
    for page in two:
        page.keyboard.press("f")  # the second may have heard of the first by then
    for page in two:
        expect(page.locator(".row")).to_have_count(0)
    expect(two[0].locator(".toast-good")).to_be_visible()
    assert two[1].locator(".toast-good").count() == 0
    ended = [line for line in running.incident.history if line.code == "rejected"]
    assert [line.actor for line in ended] == ["Li Na"]
