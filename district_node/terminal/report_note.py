"""What a person who reported a kind that no playbook knows should hear: the case is open, and which
kind was probably meant.
"""

from citybrain.api.client.incidents import WholeIncident
from citybrain.kinds import UNKNOWN_KIND, no_playbook


def unknown_kind_note(found: WholeIncident, kind: str) -> str:
    """A sentence about a report of `kind` that opened or joined `found`, where that is of the kind
    *unknown* against the reporter's will; else empty."""
    if kind == UNKNOWN_KIND or found.entry.report.kind != UNKNOWN_KIND:
        return ""
    reasons = (line.reason.split(":") for line in found.entry.history)
    meant = [known for code, *named in reasons if code == "no_playbook" for known in named[1:]]
    why = no_playbook(kind, meant)
    return f"note: {why} (the incident is of the kind unknown: a person decides)"
