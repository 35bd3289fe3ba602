"""The log of a crew's device."""

from citybrain.clock import Timestamp
from citysim.people.device_log import DeviceEntry, DeviceLog, read


def entry(number: int, action: str = "shown") -> DeviceEntry:
    return DeviceEntry(
        at=Timestamp(number),
        unit="u-1",
        assignment_number=number,
        order=f"o-{number}",
        action=action,
    )


def test_lines_read_back_as_written(tmp_path):
    log = DeviceLog(tmp_path / "u-1.jsonl")
    entries = [entry(1), entry(1, "accept")]
    for each in entries:
        log.write(each)
    assert list(read(tmp_path / "u-1.jsonl")) == entries


def test_the_last_assignment_is_known_after_a_restart_and_void_orders_do_not_count(tmp_path):
    log = DeviceLog(tmp_path / "u-1.jsonl")
    log.write(entry(3))
    log.write(entry(9, "void"))
    assert DeviceLog(tmp_path / "u-1.jsonl").last_assignment_number() == 3


def test_a_line_cut_off_by_a_crash_is_left_out(tmp_path):
    DeviceLog(tmp_path / "u-1.jsonl").write(entry(1))
    with (tmp_path / "u-1.jsonl").open("a") as file:
        file.write('{"at": 5, "un')
    assert list(read(tmp_path / "u-1.jsonl")) == [entry(1)]


def test_the_log_stays_below_its_cap_and_keeps_the_newest(tmp_path):
    log = DeviceLog(tmp_path / "u-1.jsonl", cap=2_000)
    for number in range(200):
        log.write(entry(number))
    assert (tmp_path / "u-1.jsonl").stat().st_size <= 2_000
    assert log.last_assignment_number() == 199


def test_no_device_log_is_no_lines(tmp_path):
    assert list(read(tmp_path / "none.jsonl")) == []
