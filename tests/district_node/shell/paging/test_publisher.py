"""A page is sent until its channel has taken it: over failures, an acknowledgement, and a kill."""

import asyncio

import pytest
from called_people import start_paged

from citybrain.clock import ManualClock
from citybrain.decider.commit_thread import CommitThread
from citybrain.domain.console import OperatorAction
from citybrain.domain.page import Channel, PageState
from citybrain.domain.principal import Role, unauthenticated
from citybrain.ids import CountingIds
from citybrain.structs import replace
from citybrain.vocabulary import OperatorVerb, Severity
from district_node.inputs import NodeStarted, OperatorActed
from district_node.paging.policy import PagingSetup, Person, Policy, Step
from district_node.shell.assembly import decider_of
from district_node.shell.paging.port import PageNotSentError
from district_node.shell.paging.publisher import PagePublisher

PAGING = PagingSetup(
    people=(
        Person(person="chen", name="Chen", channels=(Channel.MAIL,)),
        Person(person="li", name="Li", channels=(Channel.SMS,)),
    ),
    policies=(
        Policy(
            policy="urgent",
            steps=(Step(people=("chen", "li")),),
            severities=(Severity.SEVERE,),
        ),
    ),
    pages="https://queue.example",
)


class Sink:
    """See `PageSender`: takes what `refuses` does not name, and notes it."""

    def __init__(self, **refuses: list[PageNotSentError]) -> None:
        self.taken, self.attempts, self._refuses = [], 0, refuses
        self.is_held = asyncio.Event()

    async def send(self, letter, pages):
        assert pages == PAGING.pages
        self.attempts += 1
        waiting = self._refuses.get(letter.person, [])
        if waiting:
            raise waiting.pop(0)
        self.taken.append((letter.page, letter.person))


@pytest.fixture
def called(scenario):
    """A district whose severe incident calls Chen and Li; nothing is sent yet."""
    start_paged(scenario, paging=PAGING)
    scenario.send_event(severity=Severity.SEVERE)
    return scenario


async def carry(scenario, sink, until, *, clock=None, before=None):
    """Run the publisher on the scenario's store until `until(state)`; the state then."""
    clock = clock or scenario.clock
    loop = CommitThread(decider_of(scenario.store), clock, scenario.store)
    loop.start()
    try:
        if before is not None:
            await asyncio.wrap_future(loop.submit(before))
        publisher = PagePublisher(
            loop, scenario.store, sink, clock=clock, ids=CountingIds(), retry_s=0.0
        )
        async with asyncio.timeout(20):
            running = asyncio.create_task(publisher.run())
            while not until(loop.state):
                await asyncio.sleep(0)
            while scenario.store.letters(to="pages", after=0, limit=1):
                await asyncio.sleep(0)
            running.cancel()
        return loop.state
    finally:
        loop.stop()


def pages(state):
    (incident,) = state.incidents.values()
    return incident.paging.pages


def are(*states):
    return lambda state: tuple(page.state for page in pages(state)) == states


def test_each_page_is_sent_once_and_its_letter_goes(called):
    sink = Sink()
    asyncio.run(carry(called, sink, are(PageState.SENT, PageState.SENT)))
    assert sorted(person for _, person in sink.taken) == ["chen", "li"]
    assert sink.attempts == 2


def test_one_that_fails_waits_alone_and_is_tried_again(called):
    sink = Sink(chen=[PageNotSentError("not_delivered") for _ in range(5)])
    asyncio.run(carry(called, sink, are(PageState.SENT, PageState.SENT)))
    assert [person for _, person in sink.taken] == ["li", "chen"]
    failures = [r for r in called.store.records() if r.kind == "page_failed"]
    assert len(failures) == 1  # what is tried in between is not journaled


def test_one_that_can_never_be_sent_is_given_up_and_shown(called):
    sink = Sink(chen=[PageNotSentError("no_channel", final=True)])
    state = asyncio.run(carry(called, sink, are(PageState.FAILED, PageState.SENT)))
    assert pages(state)[0].reason == "no_channel"


def test_one_whose_time_is_over_is_given_up(called):
    late = ManualClock(called.clock.now() + 4_000 * 1_000_000)
    sink = Sink(chen=[PageNotSentError("not_delivered")])
    asyncio.run(carry(called, sink, are(PageState.FAILED, PageState.SENT), clock=late))


def test_after_a_kill_what_was_not_noted_as_sent_is_sent_again_under_the_same_id(called):
    wanted = [page.page for page in pages(called.state)]
    sink = Sink()
    called.store = called.store.crash()  # the sink had got them, and nobody has noted it
    asyncio.run(carry(called, sink, are(PageState.SENT, PageState.SENT)))
    assert sorted(page for page, _ in sink.taken) == sorted(wanted)
    called.store = called.store.crash()
    asyncio.run(carry(called, again := Sink(), are(PageState.SENT, PageState.SENT)))
    assert again.attempts == 0


def test_an_acknowledged_page_is_not_sent_any_more(called):
    (incident,) = called.state.incidents
    action = OperatorAction(
        request="ack-1", operator="Li", incident=incident, verb=OperatorVerb.ACKNOWLEDGE
    )
    acted = OperatorActed(action=action, principal=unauthenticated("Li", Role.OPERATOR))
    sink = Sink()
    asyncio.run(carry(called, sink, are(PageState.WITHDRAWN, PageState.WITHDRAWN), before=acted))
    assert sink.attempts == 0


def test_a_start_with_other_people_in_force_sends_what_was_posted(called):
    other = replace(called.state.setup, paging=replace(PAGING, people=()))
    sink = Sink()
    started = NodeStarted(setup=other)
    asyncio.run(carry(called, sink, are(PageState.SENT, PageState.SENT), before=started))
    assert len(sink.taken) == 2
