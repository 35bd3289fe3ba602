"""The bounds of what people may attach: value, unit, reason, fate."""

from citybrain.limits import Limit

ATTACHMENTS = Limit(
    name="attachments",
    value=20,
    unit="files of one case, those taken back included",
    reason="before, after and from each side; a screen lists no more",
    fate="a further one is refused; a merge lists what both cases have all the same",
)
ATTACHED_BYTES = Limit(
    name="attached_bytes",
    value=2 * 1024 * 1024 * 1024,
    unit="bytes of all attached files",
    reason="a day of 500 pictures of 4 MB; each backup copies them",
    fate="a further one is refused until cases have ended",
)
ATTACHED_FILES = Limit(
    name="attached_files",
    value=4_000,
    unit="attached files of a district",
    reason="each is looked at by a start, and stands in the state",
    fate="as of attached_bytes",
)
