"""The operator's desk: the live list of cases, actions over the public API, and the commands of the
terminal. It decides nothing.
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from citybrain.api.json_text import values_of
from citybrain.clock import SECOND_US
from citybrain.errors import RpcError
from citybrain.random_ids import RandomIds
from citybrain.rpc.public.client import ApiClient
from citybrain.system_clock import SystemClock

CLOCK = SystemClock()
RETRY_S, AGAIN_MAX_S = 0.3, 60.0
ENDED = ("closed", "rejected", "merged")
OPERATOR = "Li Na"
ROWS = 500


class DayError(Exception):
    """Something of the day that did not come about; the message says what."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command printed. `lines`: each line of JSON."""

    words: tuple[str, ...]
    code: int
    lines: tuple[Mapping[str, Any], ...]
    errors: str
    seconds: float

    @property
    def first(self) -> Mapping[str, Any]:
        if not self.lines:
            raise DayError(f"`{' '.join(self.words)}` said nothing: {self.errors.strip()[-300:]}")
        return self.lines[0]


@dataclass(slots=True)
class Desk:
    """`api`: an open client of the district's service. `cases`, `units`: by id, as the lists
    show them."""

    api: ApiClient
    address: str
    identity: Path
    cases: dict[str, Any] = field(default_factory=dict)
    units: dict[str, Any] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    lost: int = 0  # how often the list was lost and found again
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _terminals: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))

    @property
    def has_free_terminal(self) -> bool:
        return not self._terminals.locked()

    async def follow(self) -> None:
        """Keep `cases` up to date until it is cancelled, across restarts of the node."""
        views = [
            {
                "name": "incidents",
                "collection": "incidents",
                "order_by": "changed_at desc",
                "limit": ROWS,
            },
            {"name": "units", "collection": "units", "limit": ROWS},
        ]
        is_lost = False
        while True:
            try:
                async for windows in self.api.watch(views):
                    is_lost = False
                    self.cases = {row.id: row for row in windows.values("incidents")}
                    self.units = {row.id: row for row in windows.values("units")}
                    self._changed.set()
            except RpcError:
                self.lost += not is_lost
                is_lost = True
            await asyncio.sleep(RETRY_S)

    async def until(
        self, find: Callable[[], Any], what: str | Callable[[], str], within_s: float = 90.0
    ) -> Any:
        """What `find` returns, once that is true. Raises `DayError`."""
        deadline = CLOCK.instant() + round(within_s * SECOND_US)
        while not (found := find()):
            if CLOCK.instant() > deadline:
                words = what() if callable(what) else what
                raise DayError(f"not within {within_s:.0f} s: {words}")
            self._changed.clear()
            try:
                async with asyncio.timeout(0.5):
                    await self._changed.wait()
            except TimeoutError:
                continue
        return found

    async def until_stage(self, case: str, *stages: str, within_s: float = 90.0) -> None:
        def words() -> str:
            row = self.cases[case]
            return f"{row.number} is {' or '.join(stages)}, it is {row.stage}"

        await self.until(lambda: self.cases[case].stage in stages, words, within_s)

    async def act(self, verb: str, case: str, **fields: object) -> Mapping[str, Any]:
        """The answer to an action over the API, sent again under its request until there is one."""
        named = {"actor": OPERATOR, "incident": case, "verb": verb}
        request = RandomIds().token()
        return values_of(await self._again("Act", request_id=request, **named, **fields))

    async def on_unit(self, verb: str, unit: str, reason: str) -> None:
        said = {"actor": OPERATOR, "unit": unit, "verb": verb, "reason": reason}
        await self._again("ActOnUnit", request_id=RandomIds().token(), **said)

    async def report(self, kind: str, at: tuple[float, float], **fields: object) -> str:
        """The id of the case that somebody's report began or joined."""
        place = {"latitude": at[0], "longitude": at[1]}
        outcome = await self._again(
            "Report",
            request_id=RandomIds().token(),
            actor=OPERATOR,
            reporter="citizen",
            kind=kind,
            place=place,
            **fields,
        )
        if not outcome.done:
            raise DayError(f"the report was refused: {outcome.detail}")
        return str(outcome.incident)

    async def whole(self, case: str) -> Any:
        """The case with all that is known of it."""
        return await self._again("GetIncident", incident=case)

    async def ask(self, method: str, **fields: object) -> Any:
        return await self._again(method, **fields)

    async def command(
        self, *words: str, expects: tuple[int, ...] = (0,), identity: Path | None = None
    ) -> Answer:
        """`citybrain district WORDS --json`. A node that is away is asked again, as a person would;
        raises `DayError` where the exit code is another than what is expected.
        """
        deadline = CLOCK.instant() + round(AGAIN_MAX_S * SECOND_US)
        while True:
            async with self._terminals:
                answer = await self._run((*words, "--json"), identity or self.identity)
            is_away = answer.code not in (0, 1) or (answer.code == 1 and not answer.lines)
            if answer.code in expects and (answer.lines or not is_away):
                self.answers.append(answer)
                return answer
            if not is_away or CLOCK.instant() > deadline or "UNAVAILABLE" not in answer.errors:
                said = answer.errors.strip() or str(answer.lines)
                raise DayError(f"`{' '.join(words)}` ended with {answer.code}: {said[-400:]}")
            await asyncio.sleep(RETRY_S)

    async def _run(self, words: tuple[str, ...], identity: Path) -> Answer:
        began = CLOCK.instant()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "citybrain.cli.main",
            "district",
            *words,
            env={
                **os.environ,
                "CITYBRAIN_DISTRICT": self.address,
                "CITYBRAIN_IDENTITY": str(identity),
                "COLUMNS": "200",
            },
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, errors = await process.communicate()
        lines = tuple(json.loads(line) for line in out.splitlines() if line.startswith(b"{"))
        seconds = (CLOCK.instant() - began) / SECOND_US
        return Answer(words, process.returncode or 0, lines, errors.decode(), seconds)

    async def _again(self, method: str, **fields: object) -> Any:
        deadline = CLOCK.instant() + round(AGAIN_MAX_S * SECOND_US)
        while True:
            try:
                async with asyncio.timeout(10.0):
                    return await self.api.call(method, **fields)
            except (RpcError, TimeoutError) as error:
                is_final = isinstance(error, RpcError) and not error.retry
                if is_final or CLOCK.instant() > deadline:
                    raise DayError(f"{method}: {error}") from error
            await asyncio.sleep(RETRY_S)
