"""Reports to the city what this district's cameras see, where that is news: after the look that
follows a change (see `watching`), and as the link comes up.
"""

from citybrain.structs import replace
from district_node.cores.agents.sources_report import says_the_same, sources_report
from district_node.cores.decision_draft import DecisionDraft


def report_sources(draft: DecisionDraft) -> None:
    """A letter, unless the city has one that says the same. While the link is down none is written:
    the last one counts, and it is written when the link is up again. A district that never had a
    box says nothing."""
    if not draft.city.up or not draft.city.reads_sources:
        return
    report = sources_report(draft.agents, draft.enrolments, district=draft.district, at=draft.at)
    before = draft.city.sources
    if report.agents == 0 if before is None else says_the_same(report, before):
        return
    draft.city = replace(draft.city, sources=report)
    draft.post_to_city(report)


def report_again(draft: DecisionDraft) -> None:
    """The link came up; or a store went back in time, the city's or this one, and nobody knows what
    the city has."""
    if draft.resend_all:
        draft.city = replace(draft.city, sources=None)
    report_sources(draft)
