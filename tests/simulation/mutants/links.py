"""Bugs of the stream between a district and the city: positions, repeats, what is forgotten when."""

from collections.abc import AsyncIterator
from copy import copy
from dataclasses import replace
from typing import Any

from mutants.mutant import Mutant, put, put_in_table, together

from citybrain.domain.link import Down, Heartbeat, Seen, Welcome
from citybrain.structs import replace as with_
from coordinator.cores import world
from coordinator.shell.districts import _Stream
from district_node.cores.decide import FLOWS
from district_node.inputs import CityLetterReceived
from district_node.shell.uplink import PENDING, Uplink


def _seen_when_offered(up_acked: Any) -> Any:
    """The city says that it has seen what is only in its journal's queue."""
    return lambda self: max(up_acked(self), self._taken)


def _woken_when_offered(take: Any) -> Any:
    """And says so at once."""

    async def take_(self: Any, given: Any) -> None:
        await take(self, given)
        self.wake.set()

    return take_


class _Ahead:
    """A host whose state has seen what was offered to it."""

    def __init__(self, commit_loop: Any, talk: Any) -> None:
        self._commit_loop, self._talk = commit_loop, talk

    @property
    def state(self) -> Any:
        state = self._commit_loop.state
        return with_(state, city=with_(state.city, seen=max(state.city.seen, self._talk.taken)))


def _seen_when_taken(outgoing: Any) -> Any:
    """The same, of a district."""

    def outgoing_(self: Any, talk: Any) -> AsyncIterator[Any]:
        teller = copy(self)
        teller._commit_loop = _Ahead(self._commit_loop, talk)
        made: AsyncIterator[Any] = outgoing(teller, talk)
        return made

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
            self._links.store.discard_letters(to=self._peer, upto=self._sent)
        return frames

    return news_


def _repeats_are_new(city_letter_received: Any) -> Any:
    def city_said_(work: Any, said: Any) -> None:
        if said.position <= work.city.seen:
            work.city = with_(work.city, seen=said.position - 1)
            said = replace(said, after=0)
        city_letter_received(work, said)

    return city_said_


def _repeats_are_new_up(said: Any) -> Any:
    def said_(known: Any, given: Any, at: Any) -> Any:
        district = known.districts.get(given.district)
        if (
            district is not None
            and district.epoch == given.epoch
            and given.position <= district.up_acked
        ):
            known = replace(
                known,
                districts=known.districts.put(
                    given.district, replace(district, up_acked=given.position - 1)
                ),
            )
            given = replace(given, after=0)
        return said(known, given, at)

    return said_


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
        plant=together(
            put(_Stream, "_up_seen", _seen_when_offered), put(_Stream, "_take", _woken_when_offered)
        ),
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
        name="repeats_taken",
        bug="A letter that comes again is taken for a new one, by the city and by districts.",
        laws=("nothing_twice",),
        plant=together(
            put_in_table(FLOWS, CityLetterReceived, _repeats_are_new),
            put(world, "said", _repeats_are_new_up),
        ),
    ),
    Mutant(
        name="last_refusal_unseen",
        bug="What became of a letter is looked at when the next one comes: the last one refused is never asked for again (found by simulation, fixed).",
        laws=("everything_right_happens", "nothing_lost"),
        plant=put(Uplink, "_heard", lambda _heard: _heard_as_before),
    ),
)
