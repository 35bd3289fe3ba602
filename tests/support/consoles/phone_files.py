"""What a crew's page has put by in its phone to open without a network."""

import pytest

KEPT = """async () => {
  const cache = await caches.open("citybrain-crew-v1");
  return (await cache.keys()).map((one) => new URL(one.url).pathname);
}"""


def kept_files(page):
    """The files of the page, once the phone has all of them: it takes them together."""
    for _ in range(300):
        if files := page.evaluate(KEPT):
            return files
        page.wait_for_timeout(100)
    pytest.fail("nothing was kept")
