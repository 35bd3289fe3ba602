"""Draws the icons for home screens from the consoles' logo: `python -m page_icons` writes them.

A phone cuts its own corners, so the ground fills the whole square; the mark lies inside the circle
of four fifths that every phone leaves of a maskable icon. iOS takes no SVG, hence PNG.
"""

import base64
import re
from pathlib import Path

from playwright.sync_api import sync_playwright
from rigs.chromium import FLAGS, find_chromium

STATIC = Path(__file__).parents[2] / "citybrain" / "web" / "static"
LOGO = STATIC / "logo.svg"
SIZES = (180, 192, 512)  # of iOS, and of a web manifest
ROUNDED = re.compile(r' rx="\d+"')

DRAWN = """async ([svg, size]) => {
  const picture = new Image();
  picture.src = `data:image/svg+xml;base64,${btoa(svg)}`;
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  canvas.getContext("2d").drawImage(picture, 0, 0, size, size);
  return canvas.toDataURL("image/png").split(",")[1];
}"""


def icon_file(size: int) -> Path:
    """Where the icon of `size` pixels lies."""
    return STATIC / f"icon-{size}.png"


def square_logo() -> str:
    """The logo with a ground that has corners."""
    svg, count = ROUNDED.subn("", LOGO.read_text("utf-8"))
    if count != 1:
        raise ValueError(f"{LOGO} has {count} rounded grounds; the icons are drawn from one.")
    return svg


def draw(page: object, size: int) -> bytes:
    """The icon as a PNG, drawn in the browser that `page` is of."""
    return base64.b64decode(page.evaluate(DRAWN, [square_logo(), size]))


def write() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        page = browser.new_page()
        for size in SIZES:
            icon_file(size).write_bytes(draw(page, size))
        browser.close()


if __name__ == "__main__":
    write()
