"""Bugs of the stream between a district and the city: positions, repeats, what is forgotten when."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from mutants.mutant import Mutant, put, put_in_table, together

from citybrain.domain.uplink import Down, Heartbeat, Seen, Welcome
from citybrain.value import replace as with_
from coordinator.cores import world
from coordinator.shell.districts import Districts, _Stream
from district_node.cores.decide import FLOWS
from district_node.inputs import CitySaid
from district_node.shell.uplink import PENDING, Uplink


def _seen_when_offered(_up_seen: Any) -> Any:
    """The city says that it has seen what is only in its journal's queue."""
    return lambda self: max(_up_seen(self), self._taken)


def _seen_when_taken(outgoing: Any) -> Any:
    """The same, of a district."""

    async def outgoing_(self: Any, talk: Any) -> AsyncIterator[Any]:
        async for frame in outgoing(self, talk):
            yield replace(frame, position=max(frame.position, talk.taken)) if isinstance(frame, Seen) else frame

    return outgoing_


def _skips_one_down(welcome: Any) -> Any:
    def welcome_(self: Any, *, was_known: bool) -> Welcome:
        said: Welcome = welcome(self, was_known=was_known)
        self._sent = min(self._sent + was_known, self._links.store.next_position(self._peer) - 1)
        return said

    return welcome_


def _skips_one_up(welcomed: Any) -> Any:
    async def welcomed_(self: Any, talk: Any, welcome: Welcome) -> None:
        await welcomed(self, talk, welcome)
        talk.sent += 1

    return welcomed_


def _forgotten_when_sent(news: Any) -> Any:
    def news_(self: Any) -> Any:
        frames = news(self)
        if any(isinstance(frame, Down) for frame in frames):
            self._links.store.forget_letters(to=self._peer, upto=self._sent)
        return frames

    return news_


def _repeats_are_new(city_said: Any) -> Any:
    def city_said_(work: Any, said: Any) -> None:
        if said.position <= work.city.seen:
            work.city = with_(work.city, seen=said.position - 1)
            said = replace(said, after=0)
        city_said(work, said)

    return city_said_


def _repeats_are_new_up(said: Any) -> Any:
    def said_(known: Any, given: Any, at: Any) -> Any:
        district = known.districts.get(given.district)
        if district is not None and district.epoch == given.epoch and given.position <= district.up_seen:
            known = replace(known, districts=known.districts.put(given.district, replace(district, up_seen=given.position - 1)))
            given = replace(given, after=0)
        return said(known, given, at)

    return said_


def _holes_are_taken(said: Any) -> Any:
    """A letter that follows another that the journal has not got is taken all the same."""

    def said_(known: Any, given: Any, at: Any) -> Any:
        return said(known, replace(given, after=0), at)

    return said_


def _holes_are_taken_down(city_said: Any) -> Any:
    def city_said_(work: Any, said: Any) -> None:
        city_said(work, replace(said, after=0))

    return city_said_


def _both_talk(_admit: Any) -> Any:
    return lambda _self, _hello: None


def _never_ended(end: Any) -> Any:
    """A newer session does not end the older stream."""

    def end_(self: Any, why: str) -> None:
        if why != "superseded by a newer session":
            end(self, why)

    return end_


async def _heard_as_before(self: Any, talk: Any, frame: Any) -> None:
    match frame:
        case Welcome():
            await self._welcomed(talk, frame)
        case Down():
            await self._take(talk, frame)
            while talk.pending and (talk.pending[0][1].done() or len(talk.pending) > PENDING):
                await self._landed(*talk.pending.popleft())
        case Seen(position=position):
            self._seen_by_city(talk, position)
        case Heartbeat(at=at):
            talk.echo = at
    self._wake.set()


MUTANTS = (
    Mutant(
        name="city_seen_early",
        bug="The city says Seen for letters that are only in its journal's queue.",
        laws=("nothing_lost",),
        plant=put(_Stream, "_up_seen", _seen_when_offered),
    ),
    Mutant(
        name="district_seen_early",
        bug="A district says Seen for letters that are only in its journal's queue.",
        laws=("nothing_lost",),
        plant=put(Uplink, "_outgoing", _seen_when_taken),
    ),
    Mutant(
        name="forgotten_when_sent",
        bug="The city forgets a letter when it has sent it.",
        laws=("nothing_lost",),
        plant=put(_Stream, "_news", _forgotten_when_sent),
    ),
    Mutant(
        name="resume_skips_down",
        bug="The city resumes one letter too far.",
        laws=("nothing_lost",),
        plant=put(_Stream, "welcome", _skips_one_down),
    ),
    Mutant(
        name="resume_skips_up",
        bug="A district resumes one letter too far.",
        laws=("nothing_lost",),
        plant=put(Uplink, "_welcomed", _skips_one_up),
    ),
    Mutant(
        name="repeats_taken_down",
        bug="A letter of the city that comes again is taken for a new one.",
        laws=("nothing_twice",),
        plant=put_in_table(FLOWS, CitySaid, _repeats_are_new),
    ),
    Mutant(
        name="repeats_taken_up",
        bug="A letter of a district that comes again is taken for a new one.",
        laws=("nothing_twice",),
        plant=put(world, "said", _repeats_are_new_up),
    ),
    Mutant(
        name="holes_taken_up",
        bug="The city journals a letter of a district though the one before it was refused by a full disk.",
        laws=("nothing_lost",),
        plant=put(world, "said", _holes_are_taken),
    ),
    Mutant(
        name="holes_taken_down",
        bug="A district journals a letter of the city though the one before it was refused by a full disk.",
        laws=("nothing_lost",),
        plant=put_in_table(FLOWS, CitySaid, _holes_are_taken_down),
    ),
    Mutant(
        name="last_refusal_unseen",
        bug="What became of a letter is looked at when the next one comes: the last one refused is never asked for again (found by simulation, fixed).",
        laws=("everything_right_happens", "nothing_lost"),
        plant=put(Uplink, "_heard", lambda _heard: _heard_as_before),
    ),
    Mutant(
        name="sessions_side_by_side",
        bug="A newer session of a district does not end the older stream.",
        laws=("nothing_lost", "nothing_twice", "everything_right_happens", "agreement"),
        plant=together(put(Districts, "_admit", _both_talk), put(_Stream, "end", _never_ended)),
    ),
)
