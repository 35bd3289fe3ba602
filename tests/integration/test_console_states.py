"""Every page in every state that people meet, in a real browser: what axe finds wrong for people
who cannot see or point, in the dark and in the light and in both languages; and no screen is too
narrow. With CITYBRAIN_PICTURES=folder the pictures are kept there.
"""

import os
import re
from importlib.resources import files
from pathlib import Path

import pytest
from consoles.page_states import PAGE_STATES, opened
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
# in a disabled fieldset axe takes nothing as focusable; what scrolls there has a tabindex, and is
RUN = """async () => {
  const isLost = document.querySelector("fieldset:disabled") !== null;
  const rules = isLost ? { "scrollable-region-focusable": { enabled: false } } : {};
  const found = await axe.run(document, { resultTypes: ["violations"], rules });
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 3).map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`));
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SCREENS = ((1280, 800), (1440, 900), (2160, 1215))
LANGUAGES = ("en", "zh")


@pytest.fixture
def pictures(tmp_path):
    kept = os.environ.get("CITYBRAIN_PICTURES")
    folder = Path(kept) if kept else tmp_path / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def in_language(page, lang):
    of_lang = re.compile(f"^{lang}")
    if not of_lang.match(page.locator("html").get_attribute("lang")):
        switch = page.locator(f":is(button, a)[lang^={lang}]").first
        switch.evaluate("node => node.click()")  # dialogs cover it
        expect(page.locator("html")).to_have_attribute("lang", of_lang)
        page.evaluate(AXE)  # it may be another page


@pytest.mark.parametrize("name", PAGE_STATES)
def test_axe_finds_nothing_and_no_screen_is_too_narrow(pages, tmp_path, pictures, name):
    state = PAGE_STATES[name]
    served = state.serve(tmp_path)
    try:
        page = opened(pages, state, served)
        page.evaluate(AXE)
        found = []
        for theme in ("dark", "light"):
            page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
            found += [f"{theme}: {one}" for one in page.evaluate(RUN)]
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        for lang in LANGUAGES:
            in_language(page, lang)
            found += [f"{lang}: {one}" for one in page.evaluate(RUN)]
            for width, height in [(390, 844)] if state.options else SCREENS:
                page.set_viewport_size({"width": width, "height": height})
                page.screenshot(path=pictures / f"{name}-{lang}-{width}.png")
                assert page.evaluate(OVERFLOW) <= 0, f"{lang}: wider than {width} px"
        assert found == []
    finally:
        served.stop()
