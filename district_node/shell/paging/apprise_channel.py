"""Sends pages by `apprise`: mail, SMS, WeCom, web push, webhooks. Its only importer; where it is
not installed, no such page can be sent, and `check` says so.
"""

import asyncio
import importlib.util
import logging
from collections.abc import Mapping

from citybrain.config.fields import read_secret
from citybrain.distribution import install_hint
from citybrain.domain.page import Channel, PageLetter
from district_node.shell.paging.port import PageNotSentError
from district_node.shell.paging.text import page_text

SEND_S = 45.0  # longer than apprise lets any of its services take for one message
INSTALL = install_hint("paging")

Address = tuple[str, Channel]  # of a person, by a channel

log = logging.getLogger(__name__)


def is_installed() -> bool:
    """Whether this installation can send pages by it."""
    return importlib.util.find_spec("apprise") is not None


def is_address(url: str) -> bool:
    """Whether apprise can make something of it. Raises `ImportError` where it is not installed."""
    import apprise

    return bool(apprise.Apprise().add(url))


class AppriseChannel:
    """See `PageSender`. `files`: where the addresses stand; each is read when it is used, so that
    one that was changed counts at once."""

    def __init__(self, files: Mapping[Address, str]) -> None:
        self._files = files

    async def send(self, letter: PageLetter, pages: str) -> None:
        file = self._files.get((letter.person, letter.channel))
        if file is None:
            raise PageNotSentError("no_channel", final=True)
        if not is_installed():
            log.error("pages cannot be sent by %s: %s", letter.channel, INSTALL)
            raise PageNotSentError("not_installed")
        try:
            async with asyncio.timeout(SEND_S):
                await asyncio.to_thread(_send, file, letter, pages)
        except TimeoutError as error:
            raise PageNotSentError("no_answer") from error


def _send(file: str, letter: PageLetter, pages: str) -> None:
    import apprise

    try:
        address = read_secret(file)
    except ValueError as error:
        raise PageNotSentError("no_address") from error
    service = apprise.Apprise()
    if not service.add(address):
        raise PageNotSentError("bad_address")
    text = page_text(letter, pages)
    # a plain text: what a service would read as markup or escapes is none
    taken = service.notify(title=text.title, body=text.body, body_format=apprise.NotifyFormat.TEXT)
    if not taken:
        raise PageNotSentError("not_delivered")
