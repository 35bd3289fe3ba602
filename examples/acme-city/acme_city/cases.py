"""An adapter: the case file of a foreign hotline, one JSON object a line, that its software appends
to. Every new case is reported to the district; closing one stays with people. Registered as
`acme-cases`.

    {"case": "771", "about": "water", "lat": 30.66, "lon": 104.06, "text": "…", "phone": "555 0100"}
"""

import asyncio
import json
import logging
from pathlib import Path

from citybrain.api.adapter.port import AdapterContext, Options
from citybrain.api.v1 import action_pb2, place_pb2
from citybrain.errors import RpcError

log = logging.getLogger(__name__)

SYSTEM = "acme-hotline"
LOOK_EVERY_S = 0.5
LINE_BYTES_MAX = 64 * 1024
READ_BYTES = 1024 * 1024


class CaseFile:
    """Options: `file`, and the table `kinds` from the hotline's words to the district's kinds."""

    port = "adapter/1"

    def __init__(self, options: Options) -> None:
        file, kinds = options.get("file"), options.get("kinds", {})
        if not isinstance(file, str) or not isinstance(kinds, dict):
            raise TypeError("give `file`, a text, and a table `kinds`")
        self._file = Path(file)
        self._kinds = {str(word): str(kind) for word, kind in kinds.items()}

    async def run(self, city: AdapterContext) -> None:
        """Report what stands behind the place that was reached, for ever. The place is kept after
        the district has answered: a case may be reported twice, and is then the same one.
        """
        kept = city.data_dir / "place"
        place = _read_place(kept)
        while True:
            for line in await asyncio.to_thread(self._lines, place):
                place += len(line)
                await self._report(city, line)
                kept.write_text(str(place))
            await asyncio.sleep(LOOK_EVERY_S)

    def _lines(self, place: int) -> list[bytes]:
        """Whole lines from `place` on; none while the file is away."""
        if not self._file.is_file():
            return []
        with self._file.open("rb") as file:
            file.seek(place)
            read = file.read(READ_BYTES)
        *whole, rest = read.split(b"\n")
        if not whole and len(rest) == READ_BYTES:
            return [rest]  # no case is as long: it is passed over in pieces
        return [line + b"\n" for line in whole]

    async def _report(self, city: AdapterContext, line: bytes) -> None:
        """What cannot be a case is logged and passed over: the next ones shall not wait for it. A
        caller's words and number stay out of the log, so errors are named without what they quote.
        """
        try:
            report = self._read(line)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("a line of %d bytes is no case (%s)", len(line), type(error).__name__)
            return
        number = report.foreign_case.case
        try:
            outcome = await city.report(report)
        except RpcError as error:
            log.warning("the district takes no such case: %r (%s)", number, error.code)
        else:
            log.info("case %r: %s", number, outcome.incident or outcome.reason)

    def _read(self, line: bytes) -> action_pb2.Report:
        if len(line) > LINE_BYTES_MAX:
            raise ValueError("the line is too long")
        case = json.loads(line)
        return action_pb2.Report(
            kind=self._kinds.get(case["about"], "unknown"),
            place=place_pb2.Place(latitude=case["lat"], longitude=case["lon"]),
            text=case.get("text", ""),
            contact=case.get("phone", ""),
            reporter="citizen",
            foreign_case=action_pb2.ForeignCase(system=SYSTEM, case=case["case"]),
        )


def _read_place(kept: Path) -> int:
    """The start of the file where nothing that can be read was kept: what is reported again is
    known.
    """
    try:
        return int(kept.read_text())
    except (OSError, ValueError):
        return 0
