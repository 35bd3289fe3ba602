"""What people add to an incident beside what its sources say: notes, the person whose case it is,
a severity that a person set, files. Values, and what changes them; moves no stage.
"""

from citybrain.clock import Timestamp
from citybrain.structs import Struct, replace
from citybrain.vocabulary import SEVERITY_RANK, Severity
from district_node.cores.attachments.attachment import Attachment
from district_node.cores.case_limits import NOTES


class Note(Struct, frozen=True, kw_only=True):
    """What a person wrote into a case."""

    at: Timestamp
    actor: str
    text: str


class SeveritySet(Struct, frozen=True, kw_only=True):
    """A person said how bad it is. What its sources had said by then was at most `known`: only what
    is graver than that says something new."""

    severity: Severity
    known: Severity
    actor: str
    at: Timestamp


class CaseFile(Struct, frozen=True, kw_only=True):
    """An incident's notes, its owner, the severity that a person gave it, the files of people."""

    notes: tuple[Note, ...] = ()
    notes_dropped: int = 0
    owner: str = ""  # the person whose case it is; "": nobody took it
    severity_set: SeveritySet | None = None
    attachments: tuple[Attachment, ...] = ()  # the oldest first


def with_note(case_file: CaseFile, note: Note) -> CaseFile:
    """With one more note; the first one always stays."""
    notes = (*case_file.notes, note)
    if len(notes) <= NOTES.value:
        return replace(case_file, notes=notes)
    return replace(
        case_file, notes=(notes[0], *notes[2:]), notes_dropped=case_file.notes_dropped + 1
    )


def joined(goes_on: CaseFile, merged: CaseFile) -> CaseFile:
    """Of a case that goes on with another: what people wrote into both and attached to both, in its
    order, and the owner of the other where it has none. Written twice, it stands once."""
    files = {one.attachment: one for one in (*merged.attachments, *goes_on.attachments)}
    both = {(note.at, note.actor, note.text): note for note in (*merged.notes, *goes_on.notes)}
    together = replace(
        goes_on,
        notes=(),
        notes_dropped=goes_on.notes_dropped + merged.notes_dropped,
        owner=goes_on.owner or merged.owner,
        attachments=tuple(sorted(files.values(), key=lambda one: (one.at, one.attachment))),
    )
    for key in sorted(both):
        together = with_note(together, both[key])
    return together


def with_severity(
    case_file: CaseFile, severity: Severity, now: Severity, *, actor: str, at: Timestamp
) -> CaseFile:
    """With a person's word that it is `severity`, where it was `now`."""
    before = case_file.severity_set
    known = now if before is None else max(now, before.known, key=SEVERITY_RANK.__getitem__)
    return replace(
        case_file,
        severity_set=SeveritySet(severity=severity, known=known, actor=actor, at=at),
    )


def without_severity(case_file: CaseFile) -> CaseFile:
    """What its sources say counts again."""
    return case_file if case_file.severity_set is None else replace(case_file, severity_set=None)


def is_overruled(case_file: CaseFile, said: Severity) -> bool:
    """Whether what a source says now is below what a person knew who set the severity."""
    by_person = case_file.severity_set
    return by_person is not None and SEVERITY_RANK[said] <= SEVERITY_RANK[by_person.known]
