"""What stories of the day have in their hands: the desk, the crews, the town, places of calls."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from citybrain.geo import Point
from district_day.command_words import command_words
from district_day.crews import Crews
from district_day.desk import ENDED, DayError, Desk
from district_day.expected import Case
from district_day.layout import places_of_calls
from district_day.live_sensors import LiveSensor
from district_day.town import Town

BY_COMMAND = 2  # so often is a verb a command of the terminal; its process costs half a second


@dataclass(slots=True)
class Day:
    """`seen`: the cases that a story has already. `is_cut`: there is no city just now."""

    desk: Desk
    crews: Crews
    town: Town
    identities: Path
    seen: set[str] = field(default_factory=set)
    is_cut: asyncio.Event = field(default_factory=asyncio.Event)
    places: Iterator[Point] = field(default_factory=places_of_calls)
    by_command: Counter[str] = field(default_factory=Counter)

    async def begins(self, row: Case, sensor: LiveSensor) -> str:
        """The sensor sees it from now on; the case that comes of it."""
        sensor.set_alarm()
        return await self.comes(row, sensor)

    async def comes(self, row: Case, sensor: LiveSensor) -> str:
        """The new case of that sensor."""
        source = sensor.placed.source

        def find() -> str:
            new = (one for one in self.desk.cases.values() if one.source == source)
            return next((one.id for one in new if one.id not in self.seen), "")

        return self.takes(row, await self.desk.until(find, f"a new case of {source}"))

    def takes(self, row: Case, case: str) -> str:
        if case in self.seen:
            raise DayError(f"{self.number(case)} is the case of another story already")
        self.seen.add(case)
        row.case = case
        return case

    def number(self, case: str) -> str:
        shown = self.desk.cases.get(case)
        return str(shown.number) if shown is not None else case

    def row(self, case: str) -> Any:
        return self.desk.cases[case]

    async def appears(self, case: str) -> None:
        """Until the list shows it."""
        await self.desk.until(lambda: case in self.desk.cases, f"{case} in the list")

    async def handled(self, case: str) -> None:
        """The crews are done."""
        await self.desk.until_stage(case, "handled", *ENDED, within_s=240.0)

    async def ended(self, case: str) -> None:
        await self.desk.until_stage(case, *ENDED, within_s=180.0)

    async def calls(self, row: Case, kind: str, words: str, severity: str = "Moderate") -> str:
        """Somebody calls, from a place of his own; the case that comes of it."""
        return self.takes(row, await self.reported(kind, next(self.places), words, severity))

    async def reported(
        self, kind: str, place: Point, words: str, severity: str = "Moderate"
    ) -> str:
        """The case that a call began or joined: the first ones of a kind are entered by the command
        line, then over the API."""
        if self._is_typed(f"report {kind}"):
            given = ("--kind", kind, "--at", f"{place.lat},{place.lon}", "--text", words)
            more = ("--contact", "555 0101", "--severity", severity)
            case = str((await self.desk.command("report", *given, *more)).first["id"])
        else:
            at = (place.lat, place.lon)
            given_by = {"text": words, "contact": "555 0100", "severity": severity}
            case = await self.desk.report(kind, at, **given_by)
        await self.appears(case)
        return case

    def free_patrol(self) -> str:
        """An own unit that can be sent now; "": none."""
        able = (one for one in self.desk.units.values() if "patrol" in one.capabilities)
        return next((one.id for one in able if one.state == "available"), "")

    async def verb(self, verb: str, case: str, **said: object) -> Any:
        """The answer to a verb that is done; raises `DayError` where it is refused."""
        answer = await self.tries(verb, case, **said)
        if not answer["done"]:
            raise DayError(f"{verb} was refused ({answer['reason']}): {answer['detail']}")
        return answer

    async def tries(self, verb: str, case: str, **said: object) -> Any:
        """The answer to a verb: the first times by the command line upon the case's number, then
        over the API, as screens ask."""
        if self._is_typed(verb):
            words = (verb.replace("_", "-"), self.number(case), *command_words(verb, said))
            return (await self.desk.command("incident", *words, expects=(0, 1))).first
        return await self.desk.act(verb, case, **said)

    def _is_typed(self, what: str) -> bool:
        """Whether it is given as a command: nobody waits for a terminal while a crew waits."""
        is_typed = self.by_command[what] < BY_COMMAND and self.desk.has_free_terminal
        self.by_command[what] += is_typed
        return is_typed
