"""What a file is, judged by its first bytes and never by its name; and how it is called then."""

from district_node.attachments.limits import ATTACHMENT_NAME
from district_node.shell.report_text import line

HEAD_BYTES = 32  # enough to know each of these by
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")
ENDINGS = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
    "application/pdf": (".pdf",),
}
KNOWN_ENDINGS = tuple(ending for endings in ENDINGS.values() for ending in endings)
# what file systems and shells of others give a meaning to
UNSAFE = frozenset('/\\:*?"<>|')
NAMELESS = "file"


def media_type_of(head: bytes) -> str:
    """The type of the file that begins with `head`; "": none that is taken."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        return "image/heic"
    return "application/pdf" if head.startswith(b"%PDF-") else ""


def file_name(name: str, media_type: str) -> str:
    """`name` as it may be kept, shown and saved under: of one line, without folders, with the
    ending of what it is. Changes no letter of any language."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    kept = "".join("_" if c in UNSAFE else c for c in line(last))
    ending = next((e for e in ENDINGS[media_type] if kept.lower().endswith(e)), "")
    if ending:
        stem = kept[: -len(ending)]
    else:
        ending = ENDINGS[media_type][0]
        wrong = next((e for e in KNOWN_ENDINGS if kept.lower().endswith(e)), "")
        stem = kept[: len(kept) - len(wrong)]
    stem = stem[: ATTACHMENT_NAME.value - len(ending)].strip(" .")
    return f"{stem or NAMELESS}{ending}"
