"""Agents are shown as they last said how they are, unless they are believed no more."""

from citybrain.clock import Timestamp
from citybrain.domain.agent import AgentStatus
from citybrain.ids import AgentId
from district_node.shell.shown_statuses import ShownStatuses

BOXES = AgentId("box-1"), AgentId("box-2")


def status(agent):
    return AgentStatus(
        agent=agent,
        online=True,
        at=Timestamp(1),
        software_version="1",
        outbox_rows=0,
        outbox_bytes=0,
        lost=0,
    )


def test_one_that_is_believed_no_more_is_offline_at_once_and_comes_back_as_it_was():
    refused = set()
    last = {name: status(name) for name in reversed(BOXES)}
    shown = ShownStatuses(last, lambda agent: "revoked" if agent in refused else "")
    assert shown.now() == tuple(last[name] for name in BOXES)
    refused.add(BOXES[1])
    first, second = shown.now()
    assert (first.online, second.online) == (True, False)
    assert shown.now()[1] is second, "the same object as long as nothing is another"
    refused.clear()
    assert shown.now()[1] is last[BOXES[1]]


def test_one_that_is_gone_is_not_remembered():
    last = {name: status(name) for name in BOXES}
    shown = ShownStatuses(last, lambda _agent: "")
    shown.now()
    del last[BOXES[0]]
    assert [one.agent for one in shown.now()] == [BOXES[1]]
