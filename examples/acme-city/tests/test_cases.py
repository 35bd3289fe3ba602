"""The adapter reports each case of the hotline's file once it stands there whole, goes on where it
was, and passes over what is no case."""

import asyncio
import json
import logging

import pytest
from acme_city.cases import READ_BYTES, CaseFile

from citybrain.api.v1 import action_pb2
from citybrain.errors import RpcError


class City:
    """Takes reports; the test ends when nothing new came."""

    name = "acme-cases"

    def __init__(self, folder):
        self.data_dir, self.reports = folder, []

    async def report(self, report):
        if report.foreign_case.case == "refused":
            raise RpcError("INVALID_ARGUMENT", "place: it is nowhere", retry=False)
        self.reports.append(report)
        return action_pb2.Outcome(done=True, incident=f"inc-{len(self.reports)}")


def case(number, **changes):
    plain = {"case": str(number), "about": "water", "lat": 30.66, "lon": 104.06, "text": "wet"}
    return json.dumps(plain | changes).encode() + b"\n"


def reported(tmp_path, *, want):
    """The cases that are reported until there are `want`."""
    city = City(tmp_path)
    adapter = CaseFile({"file": str(tmp_path / "cases.jsonl"), "kinds": {"water": "waterlogging"}})

    async def go():
        running = asyncio.create_task(adapter.run(city))
        async with asyncio.timeout(10):
            while len(city.reports) < want:
                await asyncio.sleep(0.01)
        running.cancel()

    asyncio.run(go())
    return city.reports


def test_a_case_is_a_report_of_a_foreign_case(tmp_path):
    (tmp_path / "cases.jsonl").write_bytes(case(771, phone="555 0100"))
    (report,) = reported(tmp_path, want=1)
    assert (report.kind, report.text, report.contact) == ("waterlogging", "wet", "555 0100")
    assert (report.foreign_case.system, report.foreign_case.case) == ("acme-hotline", "771")


def test_it_goes_on_where_it_was_and_leaves_what_is_not_whole(tmp_path):
    file = tmp_path / "cases.jsonl"
    file.write_bytes(case(1) + case(2)[:20])
    assert [r.foreign_case.case for r in reported(tmp_path, want=1)] == ["1"]
    file.write_bytes(case(1) + case(2) + case(3))
    assert [r.foreign_case.case for r in reported(tmp_path, want=2)] == ["2", "3"]
    (tmp_path / "place").write_text("")
    assert len(reported(tmp_path, want=3)) == 3


def test_what_is_no_case_is_passed_over(tmp_path):
    bad = [
        b"\n",
        b"{\n",
        b"7\n",
        b"\xff\xfe\n",
        b"{}\n",
        case(1, lat="north"),
        case(1, text=7),
        case("refused"),
        b"x" * (READ_BYTES + 10) + b"\n",
        case(1, text="y" * 70_000),
    ]
    (tmp_path / "cases.jsonl").write_bytes(b"".join(bad) + case(9, about="smoke"))
    (report,) = reported(tmp_path, want=1)
    assert (report.foreign_case.case, report.kind) == ("9", "unknown")


def test_a_callers_words_and_number_stay_out_of_the_log(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    said = {"text": "my neighbour", "phone": "555 0100"}
    lines = [case(7, **said), case("refused", **said), case(8, lat="north", **said)]
    (tmp_path / "cases.jsonl").write_bytes(b"".join(lines) + b"my neighbour 555 0100\n" + case(9))
    assert len(reported(tmp_path, want=2)) == 2
    assert "'7'" in caplog.text and "'refused'" in caplog.text
    assert "neighbour" not in caplog.text and "0100" not in caplog.text


@pytest.mark.parametrize("options", [{}, {"file": 7}, {"file": "x", "kinds": "water"}])
def test_options_that_cannot_be_are_named(options):
    with pytest.raises(TypeError, match="give `file`"):
        CaseFile(options)
