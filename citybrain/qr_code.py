"""QR codes of links, for a terminal and for a page. The only importer of segno."""

from typing import TextIO

import segno

ERROR_CORRECTION = "m"  # 15 %: a screen has no scratches, a hand shakes
MODULE_PX = 5
QUIET_MODULES = 4  # the standard's: scanners need it on a dark page


def write_qr(link: str, out: TextIO) -> None:
    """Print `link` as a QR code, two modules a character."""
    segno.make(link, error=ERROR_CORRECTION).terminal(out=out, compact=True)


def qr_picture(link: str) -> str:
    """`link` as a QR code: an SVG as the `data:` address of a picture, dark on white."""
    made = segno.make(link, error=ERROR_CORRECTION, micro=False)
    return made.svg_data_uri(
        scale=MODULE_PX, border=QUIET_MODULES, dark="#000", light="#fff", encode_minimal=True
    )
