"""Logs of supervised processes stay bounded."""

from citysim.supervise.bounded_log import BoundedLog, last_lines


def test_lines_are_kept_across_openings(tmp_path):
    for line in (b"one\n", b"two\n"):
        with BoundedLog(tmp_path / "a.log") as log:
            log.write(line)
    assert last_lines(tmp_path / "a.log", 5) == "one\ntwo"


def test_a_log_never_takes_more_than_two_files_of_its_cap(tmp_path):
    with BoundedLog(tmp_path / "a.log", cap=100) as log:
        for number in range(1000):
            log.write(f"line {number}\n".encode())
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) == 2 and max(sizes) <= 100
    assert last_lines(tmp_path / "a.log", 1) == "line 999"


def test_the_last_lines_of_no_log_are_empty(tmp_path):
    assert last_lines(tmp_path / "none.log", 3) == ""
