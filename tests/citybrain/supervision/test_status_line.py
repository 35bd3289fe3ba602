"""A service manager shows the words of `/readyz`."""

import socket

from citybrain.clock import ManualClock
from citybrain.conditions import ConditionCode, Conditions
from citybrain.supervision import status_line
from citybrain.supervision.sd_notify import SdNotify


def test_a_node_tells_its_manager_of_each_condition_that_begins_and_ends(tmp_path):
    conditions = Conditions(ManualClock())
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(30)
        status_line.follow(conditions, SdNotify({"NOTIFY_SOCKET": listener.getsockname()}))
        conditions.begin(ConditionCode.PEER_BEGAN_EMPTY, "north")
        conditions.begin(ConditionCode.DISK_FULL, "no room in /var/lib/secret-place")
        conditions.end(ConditionCode.DISK_FULL)
        conditions.end(ConditionCode.PEER_BEGAN_EMPTY)
        assert [listener.recv(4096).decode() for _ in range(4)] == [
            "STATUS=ready; peer_began_empty",
            "STATUS=not ready: disk_full, peer_began_empty",
            "STATUS=ready; peer_began_empty",
            "STATUS=ready",
        ]


def test_what_lasts_already_at_the_start_is_notified_at_once_and_nothing_else(tmp_path):
    quiet, held = Conditions(ManualClock()), Conditions(ManualClock())
    held.begin(ConditionCode.CLOCK_HELD, "a day ahead")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(30)
        for conditions in (quiet, held):
            status_line.follow(conditions, SdNotify({"NOTIFY_SOCKET": listener.getsockname()}))
        assert listener.recv(4096).decode() == "STATUS=not ready: clock_held"
