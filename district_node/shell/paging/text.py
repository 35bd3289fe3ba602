"""What a page says, in its person's language: the case, what and where it is, how bad, a link. No
word of whoever reported it, and no picture.
"""

from collections.abc import Mapping
from urllib.parse import quote

from citybrain.domain.page import PageLetter
from citybrain.structs import Struct
from citybrain.vocabulary import Severity

SEVERITIES: Mapping[str, Mapping[Severity, str]] = {
    "en": {severity: severity.value for severity in Severity},
    "zh": {
        Severity.EXTREME: "特别严重",
        Severity.SEVERE: "严重",
        Severity.MODERATE: "中等",
        Severity.MINOR: "轻微",
        Severity.UNKNOWN: "未知",
    },
}
REASONS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "gap": "Nobody is on call now; you stand in.",
        "forgotten": "It was acknowledged, and nothing has happened since.",
        "nobody_comes": "The city was asked for help, and nobody comes. Somebody must decide.",
    },
    "zh": {
        "gap": "当前无人值班，由您代班。",
        "forgotten": "该事件已有人确认，但此后没有进展。",
        "nobody_comes": "已请求市级支援，仍无人前往，请人工决定。",
    },
}
LINES: Mapping[str, tuple[str, str, str]] = {
    "en": ("Place", "Please acknowledge it", "Page"),
    "zh": ("位置", "请确认", "呼叫编号"),
}


class PageText(Struct, frozen=True, kw_only=True):
    """A title of one line, and lines below it."""

    title: str
    body: str


def page_text(letter: PageLetter, pages: str) -> PageText:
    """`pages`: the address that the link begins with; "": there is none."""
    language = letter.language if letter.language in LINES else "en"
    where, ask, number = LINES[language]
    kind = letter.title.zh if language == "zh" else letter.title.en
    reason = REASONS[language].get(letter.reason, "")
    name = letter.place_name.zh if language == "zh" else letter.place_name.en
    degrees = f"{letter.place.lat:.5f}, {letter.place.lon:.5f}"
    place = f"{name} ({degrees})" if name else degrees
    link = f"{pages}/?incident={quote(letter.incident, safe='')}" if pages else ""
    lines = (
        reason,
        f"{where}: {place}",
        f"{ask}: {link}" if link else f"{ask}.",
        f"{number} {letter.page}",
    )
    return PageText(
        title=f"[{SEVERITIES[language][letter.severity]}] {kind} {letter.case}",
        body="\n".join(line for line in lines if line),
    )
