"""The pages' list by keys, in a real browser: any order is drawn by moving the fewest elements."""

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.threaded_console import ThreadedConsole

pytestmark = pytest.mark.browser

SHUFFLE = """async () => {
  const { updateList, h } = await import("/shared/keyed_list.js");
  const list = h("ul");
  const make = (item) => h("li", {}, item);
  const parts = { keyOf: (item) => item, make, draw: () => {} };
  const draw = (items) => updateList(list, items, parts);
  const shown = () => [...list.children].map((node) => node.textContent).join("");
  let seed = 7;
  const next = (n) => (seed = (seed * 48271) % 2147483647) % n;
  const wrong = [];
  for (let round = 0; round < 500; round += 1) {
    const items = [..."abcdefghij"].filter(() => next(4) > 0);
    for (let i = items.length - 1; i > 0; i -= 1) {
      const j = next(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
    draw(items);
    if (shown() !== items.join("")) wrong.push([items.join(""), shown()]);
  }
  draw([..."abcdefghij"]);
  let moves = 0;
  const put = list.insertBefore.bind(list);
  list.insertBefore = (...args) => ((moves += 1), put(...args));
  draw([..."bcdefghija"]);
  if (shown() !== "bcdefghija") wrong.push(shown());
  return { wrong, moves };
}"""


@pytest.fixture
def queue():
    screen = FakeDistrictScreen(district_screen.busy_district())
    console = ThreadedConsole(district_app(screen, FakeCrewScreen(crew_screen.crew_view())))
    yield console
    console.stop()


def test_a_list_takes_any_order_and_only_the_row_that_sinks_moves(queue, pages):
    page = pages.open(queue.url + "/?lang=en")
    found = page.evaluate(SHUFFLE)
    assert found["wrong"] == []
    assert found["moves"] == 1
