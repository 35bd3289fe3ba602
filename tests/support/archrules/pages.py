"""Our pages' scripts put names, words and numbers on the screen as text, never as markup: whoever
named a district, a unit or a kind must not run a script on an operator's screen."""

import re
from collections.abc import Iterator
from pathlib import Path

# what parses a string as markup or as code
MARKUP = re.compile(
    r"\.(?:innerHTML|outerHTML|srcdoc)\b"
    r"|\b(?:insertAdjacentHTML|createContextualFragment|parseFromString|setHTMLUnsafe)\b"
    r"|\bdocument\s*\.\s*(?:write|writeln)\b"
    r"|\b(?:eval|Function)\s*\("
    r"|\bset(?:Timeout|Interval)\s*\(\s*[\"'`]"
    r"|\bsetAttribute\s*\(\s*[\"'`](?:on|srcdoc)"
    r"|[\"'`]javascript:"
    r"|\bL\s*\.\s*divIcon\b"
)
# what Leaflet takes a string for markup in; each is given nodes alone
LEAFLET = re.compile(
    r"(?:\.(?:bindTooltip|bindPopup|setTooltipContent|setPopupContent|setContent|openTooltip"
    r"|openPopup|addAttribution)\s*\(|\b(?:content|html|attribution)\s*:)\s*(?P<given>[^\n]*)"
)
# a node: made as one, or by `plain`, or a function of which the same is true; nothing at all
NODE = re.compile(
    r"(?:\(\s*\)\s*=>\s*)?(?:plain\(|document\.createTextNode\(|document\.createElement\()|\)"
)
LINE_COMMENT = re.compile(r"^\s*(?://|\*|/\*).*$", re.MULTILINE)


def check(root: Path) -> list[str]:
    """Places in our scripts and pages where a string could become markup."""
    files = sorted([*root.glob("*/web/static/**/*.js"), *root.glob("*/web/templates/**/*.html")])
    assert files, "there are no scripts where they are looked for"
    return [
        f"{file.relative_to(root)}:{line} {what}"
        for file in files
        for line, what in found(file.read_text(encoding="utf-8"))
    ]


def found(text: str) -> Iterator[tuple[int, str]]:
    """(line, what) of such places in a script or a page."""
    code = LINE_COMMENT.sub("", text)
    for match in MARKUP.finditer(code):
        yield _line(code, match), f"parses a string: {match.group().strip()}"
    for match in LEAFLET.finditer(code):
        given = match["given"].strip() or code[match.end() :].strip()
        if not NODE.match(given):
            yield _line(code, match), f"gives Leaflet a string: {match.group().strip()[:60]}"
    if "|safe" in code.replace(" ", "") or "autoescapefalse" in code.replace(" ", ""):
        yield 1, "switches a template's escaping off"


def _line(code: str, match: re.Match[str]) -> int:
    return code.count("\n", 0, match.start()) + 1
