"""Bugs of the stream between a district and the city: positions, repeats, discarded letters."""

from typing import Any

from citybrain.decider.decider import Committed
from citybrain.errors import InputRejectedError
from citybrain.link import inbound
from citybrain.link.effects import JournalLetter
from citybrain.link.frames import LetterFrame
from citybrain.link.session import LinkSession
from citybrain.structs import replace
from coordinator.cores import world
from coordinator.shell.district_stream import DistrictStream
from district_node.cores.flows import city as city_flow
from district_node.shell.city_stream import CityStream
from mutants.mutant import Mutant, all_of, patch_attribute


def _records_the_offered_position(letter_input: Any) -> Any:
    def letter_input_(self: Any, letter: JournalLetter) -> Any:
        given = letter_input(self, letter)
        self.offered = letter.position
        return given

    return letter_input_


def _offered_counts_as_journaled(positions: Any) -> Any:
    """What is only in the journal's queue counts as journaled."""

    def positions_(self: Any) -> tuple[int, int]:
        journaled, next_position = positions(self)
        return max(journaled, getattr(self, "offered", 0)), next_position

    return positions_


def _wakes_when_offered(offer: Any) -> Any:
    """So that it is acknowledged at once."""

    async def offer_(self: Any, effect: Any, given: Any) -> None:
        await offer(self, effect, given)
        self.wake()

    return offer_


def _acknowledges_early(stream: type) -> Any:
    return all_of(
        patch_attribute(LinkSession, "_offer", _wakes_when_offered),
        patch_attribute(stream, "letter_input", _records_the_offered_position),
        patch_attribute(stream, "positions", _offered_counts_as_journaled),
    )


def _discards_when_sent(stored: Any) -> Any:
    def stored_(self: Any, page: Any) -> Any:
        letters = stored(self, page)
        if letters:
            self.discard(letters[-1].position)
        return letters

    return stored_


def _skips_one(stored: Any) -> Any:
    """The first letter that a stream resumes with is left out."""

    def stored_(self: Any, page: Any) -> Any:
        letters = stored(self, page)
        if page.after and letters and not getattr(self, "has_skipped", False):
            self.has_skipped = True
            return letters[1:]
        return letters

    return stored_


def _offers_duplicates(on_position: Any) -> Any:
    def on_position_(log: Any, frame: Any) -> Any:
        if isinstance(frame, LetterFrame) and frame.position <= log.offered:
            repeat = JournalLetter(
                position=frame.position, after=frame.after, payload=frame.payload, round=log.round
            )
            return log, (), (repeat,)
        return on_position(log, frame)

    return on_position_


def _takes_duplicates_down(city_letter_received: Any) -> Any:
    def city_letter_received_(draft: Any, received: Any) -> None:
        if received.position <= draft.city.down_acked:
            draft.city = replace(draft.city, down_acked=received.position - 1)
            received = replace(received, after=0)
        city_letter_received(draft, received)

    return city_letter_received_


def _takes_duplicates_up(receive: Any) -> Any:
    def receive_(known: Any, received: Any, at: Any) -> Any:
        district = known.districts.get(received.district)
        if (
            district is not None
            and district.epoch == received.epoch
            and received.position <= district.up_acked
        ):
            known = replace(
                known,
                districts=known.districts.put(
                    received.district, replace(district, up_acked=received.position - 1)
                ),
            )
            received = replace(received, after=0)
        return receive(known, received, at)

    return receive_


def _ignores_refusals_of_the_disk(answered: Any) -> Any:
    def answered_(self: Any, effect: Any, outcome: Any) -> None:
        if isinstance(outcome, Committed | InputRejectedError):
            answered(self, effect, outcome)

    return answered_


MUTANTS = (
    Mutant(
        name="city_acks_early",
        bug="The city acknowledges letters that are only in its journal's queue.",
        laws=("nothing_lost",),
        plant=_acknowledges_early(DistrictStream),
    ),
    Mutant(
        name="district_acks_early",
        bug="A district acknowledges letters that are only in its journal's queue.",
        laws=("nothing_lost",),
        plant=_acknowledges_early(CityStream),
    ),
    Mutant(
        name="discarded_when_sent",
        bug="The city discards a letter when it has sent it.",
        laws=("nothing_lost",),
        plant=patch_attribute(DistrictStream, "stored", _discards_when_sent),
    ),
    Mutant(
        name="resume_skips_down",
        bug="The city resumes one letter too far.",
        laws=("nothing_lost",),
        plant=patch_attribute(DistrictStream, "stored", _skips_one),
    ),
    Mutant(
        name="resume_skips_up",
        bug="A district resumes one letter too far.",
        laws=("nothing_lost",),
        plant=patch_attribute(CityStream, "stored", _skips_one),
    ),
    Mutant(
        name="duplicates_accepted",
        bug="A duplicate of a letter is taken for a new one, by the city and by districts.",
        laws=("nothing_twice",),
        plant=all_of(
            patch_attribute(inbound, "on_position", _offers_duplicates),
            patch_attribute(city_flow, "city_letter_received", _takes_duplicates_down),
            patch_attribute(world, "receive", _takes_duplicates_up),
        ),
    ),
    Mutant(
        name="last_refusal_unnoticed",
        bug="What became of a letter is checked when the next one comes: the last one, if refused,"
        " is never requested again (found by simulation, fixed).",
        laws=("liveness", "nothing_lost"),
        plant=patch_attribute(LinkSession, "_answered", _ignores_refusals_of_the_disk),
    ),
)
