"""Sends pages to programs at the district's own broker: one that drives a siren or a radio, say."""

import json
from collections.abc import Mapping

from citybrain.bus import topics
from citybrain.bus.port import Bus
from citybrain.domain.page import PageLetter
from citybrain.ids import DistrictId
from district_node.shell.paging.port import PageNotSentError
from district_node.shell.paging.text import page_text


class MqttChannel:
    """See `PageSender`. `adapters`: by person, the program that reads their pages."""

    def __init__(self, district: DistrictId, bus: Bus, adapters: Mapping[str, str]) -> None:
        self._district, self._bus, self._adapters = district, bus, adapters

    async def send(self, letter: PageLetter, pages: str) -> None:
        adapter = self._adapters.get(letter.person)
        if adapter is None:
            raise PageNotSentError("no_channel", final=True)
        topic = topics.pages(self._district, adapter)
        if not self._bus.publish(topic, page_json(letter, pages)):
            raise PageNotSentError("broker_away")


def page_json(letter: PageLetter, pages: str) -> bytes:
    """The page as JSON: what it says in words, and the facts for a program."""
    text = page_text(letter, pages)
    facts = {
        "page": letter.page,
        "person": letter.person,
        "at_us": letter.at,
        "incident": letter.incident,
        "case": letter.case,
        "kind": letter.kind,
        "kind_title": {"en": letter.title.en, "zh": letter.title.zh},
        "severity": letter.severity.value,
        "place": {"lat": letter.place.lat, "lon": letter.place.lon},
        "reason": letter.reason,
        "title": text.title,
        "text": text.body,
    }
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
