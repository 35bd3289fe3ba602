"""What a crew's device remembers."""

from citybrain.clock import Timestamp
from citysim.crews.device import DeviceLine, DeviceLog, read


def line(number: int, what: str = "shown") -> DeviceLine:
    return DeviceLine(
        at=Timestamp(number), unit="u-1", assignment=number, order=f"o-{number}", what=what
    )


def test_lines_read_back_as_written(tmp_path):
    log = DeviceLog(tmp_path / "u-1.jsonl")
    lines = [line(1), line(1, "accept")]
    for each in lines:
        log.write(each)
    assert list(read(tmp_path / "u-1.jsonl")) == lines


def test_the_last_assignment_is_known_after_a_restart_and_void_orders_do_not_count(tmp_path):
    log = DeviceLog(tmp_path / "u-1.jsonl")
    log.write(line(3))
    log.write(line(9, "void"))
    assert DeviceLog(tmp_path / "u-1.jsonl").last_assignment() == 3


def test_a_line_cut_off_by_a_crash_is_left_out(tmp_path):
    DeviceLog(tmp_path / "u-1.jsonl").write(line(1))
    with (tmp_path / "u-1.jsonl").open("a") as file:
        file.write('{"at": 5, "un')
    assert list(read(tmp_path / "u-1.jsonl")) == [line(1)]


def test_the_log_stays_below_its_cap_and_keeps_the_newest(tmp_path):
    log = DeviceLog(tmp_path / "u-1.jsonl", cap=2_000)
    for number in range(200):
        log.write(line(number))
    assert (tmp_path / "u-1.jsonl").stat().st_size <= 2_000
    assert log.last_assignment() == 199


def test_no_device_log_is_no_lines(tmp_path):
    assert list(read(tmp_path / "none.jsonl")) == []
