"""The quarantine is bounded, survives a restart, and never stops the node."""

import errno
import os

from citybrain.clock import ManualClock
from citybrain.limits import QUARANTINE_ROWS
from district_node.limits import QUARANTINE_BYTES
from district_node.shell.quarantine import NEWER, FileQuarantine, read_quarantine


def test_messages_are_kept_in_order_and_survive_a_restart(tmp_path):
    FileQuarantine(tmp_path, ManualClock()).add("box-1", "forged", "says it is box-2", b"\x01\x02")
    FileQuarantine(tmp_path, ManualClock()).add(
        "box-1", "oversized", "300000 bytes", b"\x00" * 300_000
    )
    first, second = read_quarantine(tmp_path)
    assert (first.reason, first.head, second.size) == ("forged", "0102", 300_000)
    assert len(second.head) == 2 * QUARANTINE_BYTES.value


def test_it_never_holds_more_than_its_bound(tmp_path):
    counted = []
    quarantine = FileQuarantine(tmp_path, ManualClock(), on_message=counted.append)
    for number in range(QUARANTINE_ROWS.value + 700):
        quarantine.add("box-1", "malformed", str(number))
    kept = read_quarantine(tmp_path)
    assert QUARANTINE_ROWS.value // 2 <= len(kept) <= QUARANTINE_ROWS.value
    assert kept[-1].detail == str(QUARANTINE_ROWS.value + 699)
    assert quarantine.count == len(counted) == QUARANTINE_ROWS.value + 700


def test_a_line_cut_off_by_a_crash_is_left_out(tmp_path):
    FileQuarantine(tmp_path, ManualClock()).add("box-1", "forged", "")
    with (tmp_path / NEWER).open("a") as file:
        file.write('{"at": 3, "sen')
    assert len(read_quarantine(tmp_path)) == 1
    FileQuarantine(tmp_path, ManualClock()).add("box-1", "oversized", "")
    assert [message.reason for message in read_quarantine(tmp_path)] == ["forged", "oversized"]


def test_what_a_full_disk_cut_off_is_left_out_and_the_next_stands_alone(tmp_path, monkeypatch):
    quarantine = FileQuarantine(tmp_path, ManualClock())
    quarantine.add("box-1", "forged", "")

    class Full:
        def write(self, data):
            os.write(file.fileno(), data[:9])
            raise OSError(errno.ENOSPC, "no space left on device")

        def close(self):
            file.close()

    file = quarantine._file
    monkeypatch.setattr(quarantine, "_file", Full())
    quarantine.add("box-1", "malformed", "")
    quarantine.add("box-1", "oversized", "")
    assert [message.reason for message in read_quarantine(tmp_path)] == ["forged", "oversized"]
    assert quarantine.count == 3


def test_a_folder_that_cannot_be_written_costs_the_message_and_not_the_node(tmp_path):
    quarantine = FileQuarantine(tmp_path / "missing", ManualClock())
    quarantine.add("box-1", "forged", "")
    assert quarantine.count == 1
    assert read_quarantine(tmp_path / "missing") == ()
