"""The node's log names what was refused without a reply, by the codes that the cores use."""

import logging
from pathlib import Path

import pytest

import district_node.cores
from citybrain.clock import ManualClock
from citybrain.decider.command import Notice
from citybrain.decider.decider import Committed
from district_node.shell.notice_log import LOGGED, REFUSED, NoticeLog

CORES = Path(district_node.cores.__file__).parent


@pytest.mark.parametrize("code", sorted({*LOGGED, *REFUSED}))
def test_each_code_is_one_that_a_core_gives(code):
    assert any(f'"{code}"' in file.read_text("utf-8") for file in CORES.rglob("*.py"))


def test_a_refused_change_of_packs_is_a_line_and_another_notice_is_none(caplog):
    caplog.set_level(logging.DEBUG)
    notices = (
        Notice(code="packs_refused", subject="configuration", detail="It may not."),
        Notice(code="stage", subject="inc-1", detail="opened"),
    )
    NoticeLog(ManualClock())(None, [Committed(seq=1, commands=notices)])
    assert caplog.messages == ["configuration asked for other packs: It may not."]


def test_whoever_is_refused_with_each_message_fills_no_log(caplog):
    notice = Notice(code="items_refused", subject="box-1", detail="too many ranges")
    clock = ManualClock()
    noticed = NoticeLog(clock)
    for _ in range(2):
        for seq in range(1_000):
            noticed(None, [Committed(seq=seq, commands=(notice,))])
        clock.advance(60)
    assert caplog.messages == [
        "'box-1' is refused: items_refused: too many ranges",
        "'box-1' is refused: items_refused: too many ranges (999 more since the last line)",
    ]
