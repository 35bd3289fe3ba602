"""What a push to a crew's phone says: kind and place, and that it is a new order. No word of
whoever reported it: a lock screen shows it to everybody.
"""

import json
from collections.abc import Mapping
from urllib.parse import quote

from citybrain.domain.crew import CrewOrder
from citybrain.ids import UnitId
from citybrain.localized_name import LocalizedName
from district_node.shell.paging.text import SEVERITIES

TITLE_CHARS = 120  # a lock screen shows 40 to 60
BODY: Mapping[str, str] = {
    "en": "New order · {severity} · open it to answer",
    "zh": "新任务 · {severity} · 请打开答复",
}


def push_message(unit: UnitId, order: CrewOrder, kind: LocalizedName, language: str) -> bytes:
    """What the page's worker shows, as JSON. `kind`: as screens call it."""
    lang = language if language in BODY else "en"
    names = (kind, order.place_name)
    words = [name.zh if lang == "zh" else name.en for name in names]
    title = " · ".join(word for word in words if word)[:TITLE_CHARS]
    severity = SEVERITIES[lang][order.task.severity]
    facts = {
        "order": order.order,
        "number": order.assignment_number,
        "page": f"/crew/{quote(unit)}",
        "lang": lang,
        "title": title,
        "body": BODY[lang].format(severity=severity),
    }
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
