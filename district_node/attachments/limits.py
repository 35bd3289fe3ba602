"""The bounds of files that people attach: value, unit, reason, fate."""

from citybrain.limits import Limit

ATTACHMENT_NAME = Limit(
    name="attachment_name",
    value=120,
    unit="characters of a file's name",
    reason="one line of a screen; file systems take 255 bytes, of Chinese a third",
    fate="it is cut before its ending",
)
ATTACHMENT_ROOM = Limit(
    name="attachment_room",
    value=256 * 1024 * 1024,
    unit="bytes that must be free on the disk beside a file",
    reason="the journal is worth more than any picture, and writes to the same disk",
    fate="a file is refused as if the disk were full (disk_full), until there is room",
)
UPLOADS = Limit(
    name="uploads",
    value=8,
    unit="files that come in at one time",
    reason="some crews at one scene; each holds a connection and a file open",
    fate="a further one is refused as overloaded, and may be sent again",
)
UPLOADS_OF_CALLER = Limit(
    name="uploads_of_caller",
    value=2,
    unit="files of one person or crew that come in at one time",
    reason="a page sends one after the other; a slow sender leaves places to others",
    fate="as of uploads",
)
