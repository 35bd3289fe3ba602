"""A reporter's words as the journal and screens may hold them: bounded, without characters that
control a terminal or turn the direction of what follows. Changes no letter of any language.
"""

import unicodedata

from citybrain.domain.console import OperatorAction
from citybrain.domain.report import ForeignCase, Report
from citybrain.structs import replace
from district_node.limits import REPORT_LINE, REPORT_LINK, REPORT_TEXT

# Cc: controls, Cf: invisible formats (bidirectional overrides among them), Cs: lone surrogates,
# Co and Cn: of private use, unassigned, Zl and Zp: line and paragraph separators
DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
LINE_ENDS = frozenset({"Zl", "Zp"})
# joins the letters of Persian and Indic words, and the parts of an emoji
JOINERS = "\u200c\u200d"
# so many times what may be kept is looked at: a message of megabytes must not hold up the node
LOOKED_AT = 4


def cleaned(report: Report) -> Report:
    """`report` with words that may be kept and shown. What was cut says so."""
    return replace(
        report,
        taken_by=line(report.taken_by),
        text=paragraph(report.text),
        contact=line(report.contact),
        case=_case(report.case) if report.case is not None else None,
    )


def cleaned_action(action: OperatorAction) -> OperatorAction:
    """`action` with what a person wrote as it may be kept and shown."""
    if not (action.text or action.person):
        return action
    return replace(action, text=paragraph(action.text), person=line(action.person))


def paragraph(text: str) -> str:
    """Several lines at most `REPORT_TEXT` characters long."""
    limit = REPORT_TEXT.value
    looked_at = text[: LOOKED_AT * limit]
    lines = looked_at.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    kept = "\n".join(_kept(each) for each in lines).strip()
    return _bounded(kept, limit, unread=len(text) - len(looked_at))


def line(text: str) -> str:
    """One line at most `REPORT_LINE` characters long."""
    limit = REPORT_LINE.value
    looked_at = text[: LOOKED_AT * limit]
    kept = " ".join(_kept(looked_at).split())
    return _bounded(kept, limit, unread=len(text) - len(looked_at))


def _case(case: ForeignCase) -> ForeignCase:
    return ForeignCase(system=line(case.system), case=line(case.case), url=_link(case.url))


def _link(url: str) -> str:
    """Whole or not at all: a part of an address leads elsewhere."""
    return "".join(_kept(url).split()) if len(url) <= REPORT_LINK.value else ""


def _kept(text: str) -> str:
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if category in LINE_ENDS or character in "\n\t":
            kept.append(" ")
        elif category not in DROPPED or character in JOINERS:
            kept.append(character)
    return "".join(kept)


def _bounded(text: str, limit: int, *, unread: int) -> str:
    cut = max(0, len(text) - limit) + unread
    if cut == 0:
        return text
    mark = f" … (+{cut})"
    return (text[: limit - len(mark)].rstrip() + mark).lstrip()
