"""Whose bytes a district keeps: each file once, by its digest, as long as a case names it. The
shell makes the folder so. Pure."""

from collections.abc import Iterable

from citybrain.ids import IncidentId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, replace
from district_node.cores.attachments.attachment import Attachment, kept


class AttachedFile(Struct, frozen=True, kw_only=True):
    """One file, and the cases that name it."""

    size: int  # bytes
    cases: tuple[IncidentId, ...]  # in order


AttachedFiles = SortedMap[str, AttachedFile]  # by SHA-256


def with_case(
    files: AttachedFiles,
    case: IncidentId,
    before: Iterable[Attachment],
    now: Iterable[Attachment],
) -> AttachedFiles:
    """After a case that had the attachments `before` has those of `now`."""
    wanted = {one.sha256: one.size for one in kept(now)}
    for gone in sorted({one.sha256 for one in kept(before)} - set(wanted)):
        files = _without(files, gone, case)
    for sha256, size in sorted(wanted.items()):
        known = files.get(sha256) or AttachedFile(size=size, cases=())
        if case not in known.cases:
            cases = tuple(sorted((*known.cases, case)))
            files = files.put(sha256, replace(known, cases=cases))
    return files


def bytes_of(files: AttachedFiles) -> int:
    """How many bytes are kept in all."""
    return sum(one.size for one in files.values())


def _without(files: AttachedFiles, sha256: str, case: IncidentId) -> AttachedFiles:
    known = files.get(sha256)
    if known is None or case not in known.cases:
        return files
    left = tuple(one for one in known.cases if one != case)
    return files.put(sha256, replace(known, cases=left)) if left else files.drop(sha256)
