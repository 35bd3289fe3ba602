"""Files of cases over both wires of the public API and from a terminal: sent, listed, fetched,
taken back, refused. What comes down is saved and never shown.
"""

import asyncio
import functools
import json
from urllib.parse import urlencode

import grpc
import pytest
from api_contract import details_of
from attached_pictures import HTML, PDF, jpeg
from served_district import ServedDistrict
from typer.testing import CliRunner

from citybrain.api.limits import FILE_BYTES, FILE_PIECE
from citybrain.api.methods import DISTRICT
from citybrain.api.v1 import attachment_pb2 as pb
from citybrain.api.v1 import district_service_pb2_grpc
from citybrain.attached_files import path_of
from citybrain.domain.principal import Principal, Role
from district_node.cli import app

ENV = {"CITYBRAIN_OPERATOR": "Li Na", "COLUMNS": "200"}
CREW_1 = Principal(name="riverside-1", roles=(Role.CREW,))
CREW_2 = Principal(name="riverside-2", roles=(Role.CREW,))


def with_files(test):
    """Run a test against a district that takes files, with its one case and its stubs."""

    @functools.wraps(test)
    def run(tmp_path):
        async def go():
            async with (
                asyncio.timeout(60),
                ServedDistrict(data=tmp_path) as district,
                district.channel() as channel,
            ):
                await district.events(1)
                case = (await district.get("/api/v1/incidents")).json["incidents"][0]["id"]
                stub = district_service_pb2_grpc.DistrictServiceStub(channel)
                await test(district, stub, case, tmp_path)

        asyncio.run(go())

    del run.__wrapped__
    return run


def path(case, **query):
    return f"/api/v1/incidents/{case}/attachments?{urlencode(query)}"


async def sent(district, case, data, request="r1", name="photo.jpg", **headers):
    asked = path(case, request_id=request, actor="Li Na", name=name)
    return await district.http("POST", asked, data, {"content-type": "image/jpeg", **headers})


async def files(district, case):
    return (await district.get(f"/api/v1/incidents/{case}")).json["attachments"]


async def pieces(*requests):
    for one in requests:
        yield one


def head(case, request="r1", **fields):
    return pb.AttachRequest(request_id=request, incident=case, actor="Li Na", **fields)


async def command(district, *words):
    def run():
        return CliRunner().invoke(app, [*words, "--address", district.address], env=ENV)

    return await asyncio.to_thread(run)


async def taken(district, case, data, caller, request):
    """What `caller`, whom a transport has proved, hears of a file."""

    async def whole():
        yield data

    take = (await service(district)).uploads["Attach"]
    return await take(head(case, request, name="a.jpg"), whole(), caller)


async def service(district):
    from citybrain.api.services.district import district_service
    from citybrain.ids import CountingIds

    return district_service(district.api, CountingIds())


@with_files
async def test_a_picture_is_sent_listed_and_saved_whole_by_http(district, stub, case, data):
    picture = jpeg("http", 200_000)
    done = await sent(district, case, picture, name="井盖.jpg")
    assert (done.status, done.json["done"], done.json["reason"]) == (200, True, "attached")
    (one,) = await files(district, case)
    assert (one["name"], one["media_type"], one["size"]) == ("井盖.jpg", "image/jpeg", 200_000)
    assert (one["state"], one["actor"]) == ("kept", "Li Na")
    assert path_of(data, one["sha256"]).read_bytes() == picture
    saved = await district.get(f"/api/v1/incidents/{case}/attachments/{one['id']}")
    assert saved.body == picture
    assert saved.headers["content-type"] == "image/jpeg"
    assert saved.headers["content-disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''%E4%BA%95%E7%9B%96.jpg" in saved.headers["content-disposition"]
    assert saved.headers["x-content-type-options"] == "nosniff"
    assert saved.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert "no-store" in saved.headers["cache-control"]


@with_files
async def test_a_picture_comes_in_and_goes_out_in_pieces_by_grpc(district, stub, case, data):
    picture = jpeg("grpc", 3 * FILE_PIECE.value + 7)
    cuts = range(0, len(picture), FILE_PIECE.value)
    parts = [pb.AttachRequest(data=picture[at : at + FILE_PIECE.value]) for at in cuts]
    outcome = await stub.Attach(pieces(head(case, name="a.jpg"), *parts))
    assert (outcome.done, outcome.incident) == (True, case)
    (one,) = await files(district, case)
    asked = pb.GetAttachmentRequest(incident=case, attachment=one["id"])
    first, *rest = [piece async for piece in stub.GetAttachment(asked)]
    assert (first.attachment.id, first.attachment.sha256) == (one["id"], one["sha256"])
    assert b"".join(piece.data for piece in rest) == picture


@with_files
async def test_the_same_request_with_the_same_file_is_done_once(district, stub, case, data):
    for _again in range(2):
        assert (await sent(district, case, jpeg("a"))).json["reason"] == "attached"
    other = (await sent(district, case, jpeg("b"))).json
    assert (other["done"], other["reason"]) == (False, "request_reused")
    twice = (await sent(district, case, jpeg("a"), request="r2")).json
    assert (twice["done"], twice["reason"]) == (True, "attached_already")
    assert len(await files(district, case)) == 1


@with_files
async def test_what_is_no_picture_is_refused_whatever_it_is_called_and_nothing_is_kept(
    district, stub, case, data
):
    refusals = {"page.jpg": (HTML, "file_type"), "empty.jpg": (b"", "empty_file")}
    for name, (content, reason) in refusals.items():
        refused = (await sent(district, case, content, request=name, name=name)).json
        assert (refused["done"], refused["reason"]) == (False, reason), name
    assert await files(district, case) == []
    assert [one.name for one in (data / "attachments").iterdir()] == []


@with_files
async def test_too_large_a_file_is_refused_by_its_length_and_without_one_while_it_is_read(
    district, stub, case, data
):
    too_large = jpeg("x", FILE_BYTES.value + 1)
    by_length = await sent(district, case, too_large)
    assert (by_length.status, by_length.json["reason"]) == (413, "too_large")
    cuts = range(0, len(too_large), FILE_PIECE.value)
    parts = [pb.AttachRequest(data=too_large[at : at + FILE_PIECE.value]) for at in cuts]
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stub.Attach(pieces(head(case, name="a.jpg"), *parts))
    assert details_of(refused.value).reason == "too_large"
    assert await files(district, case) == []
    assert [one.name for one in (data / "attachments").iterdir()] == []


@with_files
async def test_a_form_an_encoding_and_a_body_without_length_are_no_files(
    district, stub, case, data
):
    form = {"content-type": "multipart/form-data; boundary=x"}
    assert (await sent(district, case, jpeg(), **form)).json["reason"] == "not_a_file"
    zipped = await sent(district, case, jpeg(), **{"content-encoding": "gzip"})
    assert (zipped.status, zipped.json["reason"]) == (415, "not_a_file")
    nameless = await district.http("POST", path(case, actor="Li Na"), jpeg(), {})
    assert nameless.json["violations"][0]["field"] == "request_id"
    inline = path(case, actor="Li Na", request_id="r", data="aGVsbG8=")
    assert (await district.http("POST", inline, jpeg(), {})).json["violations"][0][
        "field"
    ] == "data"


@with_files
async def test_a_later_piece_says_nothing_but_bytes(district, stub, case, data):
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stub.Attach(pieces(head(case), pb.AttachRequest(data=jpeg(), name="other.jpg")))
    assert details_of(refused.value).fields == ["name"]
    with pytest.raises(grpc.aio.AioRpcError) as nothing:
        await stub.Attach(pieces())
    assert details_of(nothing.value).reason == "invalid_request"


@with_files
async def test_names_that_could_mislead_are_made_plain(district, stub, case, data):
    odd = {
        "../../etc/passwd": "passwd.jpg",
        "C:\\temp\\a.png": "a.jpg",
        "in\u202egpj.exe": "ingpj.exe.jpg",
        "a\r\nset-cookie: x=1": "a set-cookie_ x=1.jpg",
        '<b>"': "_b__.jpg",
        "": "file.jpg",
        "长" * 300: "长" * 116 + ".jpg",
    }
    for number, name in enumerate(odd):
        content = jpeg(str(number))
        assert (await sent(district, case, content, request=f"r{number}", name=name)).json["done"]
    found = await files(district, case)
    assert [one["name"] for one in found] == list(odd.values())
    for one in found:
        saved = await district.get(f"/api/v1/incidents/{case}/attachments/{one['id']}")
        assert (saved.status, "set-cookie" in saved.headers) == (200, False)


@with_files
async def test_a_crew_sees_the_files_of_its_own_case_and_of_no_other(district, stub, case, data):
    assert (await taken(district, case, jpeg("scene"), CREW_1, "c1")).done
    refused = await taken(district, case, jpeg("x"), CREW_2, "c2")
    assert (refused.done, refused.reason) == (False, "not_its_case")
    (one,) = await files(district, case)
    assert one["actor"] == "riverside-1", "whoever is proved, whatever the message says"
    give = (await service(district)).downloads["GetAttachment"]
    asked = pb.GetAttachmentRequest(incident=case, attachment=one["id"])
    own = [piece async for piece in (await give(asked, CREW_1)).pieces]
    assert b"".join(own) == jpeg("scene")
    with pytest.raises(Exception, match="cases of its own orders") as error:
        await give(asked, CREW_2)
    assert type(error.value).__name__ == "NotPermittedError"


@with_files
async def test_a_lost_and_a_damaged_file_are_shown_so_and_not_given_out(district, stub, case, data):
    for number in range(2):
        await sent(district, case, jpeg(str(number)), request=f"r{number}")
    first, second = await files(district, case)
    path_of(data, first["sha256"]).unlink()
    path_of(data, second["sha256"]).write_bytes(jpeg("0").replace(b".", b"!"))
    for one in (first, second):
        lost = await district.get(f"/api/v1/incidents/{case}/attachments/{one['id']}")
        assert (lost.status, lost.json["reason"]) == (410, "file_lost")
    assert [one["state"] for one in await files(district, case)] == ["missing", "damaged"]
    asked = pb.GetAttachmentRequest(incident=case, attachment=first["id"])
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        _ = [piece async for piece in stub.GetAttachment(asked)]
    assert (refused.value.code().name, details_of(refused.value).reason) == (
        "DATA_LOSS",
        "file_lost",
    )
    assert (await sent(district, case, jpeg("0"), request="again")).json["done"]
    assert (await files(district, case))[0]["state"] == "kept", "the same bytes came once more"


@with_files
async def test_from_a_terminal_files_are_attached_listed_fetched_and_taken_back(
    district, stub, case, data
):
    picture, report, page = data / "a.jpg", data / "b.pdf", data / "c.jpg"
    picture.write_bytes(jpeg("cli", 100_000))
    report.write_bytes(PDF)
    page.write_bytes(HTML)
    done = await command(district, "incident", "attach", case, str(picture), str(report))
    assert (done.exit_code, "a.jpg. It is kept as file-riverside" in done.stdout) == (0, True)
    shown = await command(district, "incident", "show", case)
    assert "a.jpg" in shown.stdout and "98 KiB" in shown.stdout and "kept" in shown.stdout
    (first, _) = await files(district, case)
    to = ("--to", str(data / "copy.jpg"))
    assert (await command(district, "incident", "fetch", case, first["id"], *to)).exit_code == 0
    assert (data / "copy.jpg").read_bytes() == picture.read_bytes()
    again = await command(district, "incident", "fetch", case, first["id"], *to)
    assert again.exit_code == 2, "nothing is overwritten"
    refused = await command(district, "incident", "attach", case, str(page), "--json")
    assert (refused.exit_code, json.loads(refused.stdout)["reason"]) == (1, "file_type")
    back = ("incident", "redact", case, first["id"], "--reason", "a face")
    assert (await command(district, *back)).exit_code == 0
    shown = await command(district, "incident", "show", case)
    assert "redacted by Li Na: a face" in shown.stdout
    gone = await command(district, "incident", "fetch", case, first["id"])
    assert "Li Na took it back: a face" in str(gone.exception)


@pytest.mark.parametrize("is_large", [False, True])
def test_where_files_are_off_nothing_of_one_is_read_and_the_answer_says_how_to_switch_on(is_large):
    async def go():
        async with asyncio.timeout(60), ServedDistrict() as district:
            await district.events(1)
            case = (await district.get("/api/v1/incidents")).json["incidents"][0]["id"]
            data = jpeg("x", 6_000_000 if is_large else 100)
            refused = (await sent(district, case, data)).json
            assert (refused["done"], refused["reason"]) == (False, "attachments_off")
            assert "[attachments]" in refused["detail"]

    asyncio.run(go())


def test_a_sender_that_breaks_off_is_no_fault_of_the_node_and_leaves_nothing(tmp_path, caplog):
    async def go():
        async with asyncio.timeout(60), ServedDistrict(data=tmp_path) as district:
            await district.events(1)
            case = (await district.get("/api/v1/incidents")).json["incidents"][0]["id"]
            host, _, port = district.url.removeprefix("http://").partition(":")
            _, writer = await asyncio.open_connection(host, int(port))
            asked = path(case, request_id="r1", actor="Li Na", name="a.jpg")
            head_ = f"POST {asked} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 100000\r\n\r\n"
            writer.write(head_.encode() + jpeg("half", 50_000))
            await writer.drain()
            writer.close()
            assert (await sent(district, case, jpeg("whole"), request="r2")).json["done"]
            assert [one["size"] for one in await files(district, case)] == [200]

    asyncio.run(go())
    assert len(list((tmp_path / "attachments").iterdir())) == 1
    assert [one.message for one in caplog.records if one.levelname == "ERROR"] == []


def test_the_contract_knows_which_methods_carry_files():
    assert [m.name for m in DISTRICT.methods.values() if m.is_upload] == ["Attach"]
    assert [m.name for m in DISTRICT.methods.values() if m.is_download] == ["GetAttachment"]
