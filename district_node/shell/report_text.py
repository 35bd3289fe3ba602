"""A reporter's words as the journal and screens may hold them: bounded, without characters that
control a terminal or turn the direction of what follows. Changes no letter of any language.
"""

import unicodedata

from citybrain.domain.report import ForeignCase, Report
from citybrain.structs import replace
from district_node.limits import REPORT_LINE, REPORT_TEXT

# Cc: controls, Cf: invisible formats (bidirectional overrides among them), Cs: lone surrogates,
# Co and Cn: of private use, unassigned, Zl and Zp: line and paragraph separators
DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
LINE_ENDS = frozenset({"Zl", "Zp"})
# joins the letters of Persian and Indic words, and the parts of an emoji
JOINERS = "\u200c\u200d"


def cleaned(report: Report) -> Report:
    """`report` with words that may be kept and shown. What was cut says so."""
    return replace(
        report,
        taken_by=line(report.taken_by),
        text=paragraph(report.text),
        contact=line(report.contact),
        case=_case(report.case) if report.case is not None else None,
    )


def paragraph(text: str) -> str:
    """Several lines at most `REPORT_TEXT` characters long."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    return _bounded("\n".join(_kept(each) for each in lines).strip(), REPORT_TEXT.value)


def line(text: str) -> str:
    """One line at most `REPORT_LINE` characters long."""
    return _bounded(" ".join(_kept(text).split()), REPORT_LINE.value)


def _case(case: ForeignCase) -> ForeignCase:
    return ForeignCase(system=line(case.system), case=line(case.case), url=line(case.url))


def _kept(text: str) -> str:
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if category in LINE_ENDS or character in "\n\t":
            kept.append(" ")
        elif category not in DROPPED or character in JOINERS:
            kept.append(character)
    return "".join(kept)


def _bounded(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    mark = f" … (+{len(text) - limit})"
    return text[: limit - len(mark)] + mark
