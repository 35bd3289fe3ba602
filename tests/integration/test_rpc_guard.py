"""What stands at a gRPC server with certificates: revoked and ended ones, certificates that are
exchanged while it serves, methods of gRPC itself, and lab mode without any.
"""

import asyncio
import functools
import logging
import socket
import ssl

import grpc
import pytest
from authority_rig import CITY, ShiftedClock
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from joined_tls import HERE, JoinedTls

from citybrain.api.methods import DISTRICT
from citybrain.config.fields import TlsFiles
from citybrain.domain.principal import Role
from citybrain.errors import RpcError
from citybrain.identity.name import name_of
from citybrain.rpc.errors import ListenError
from citybrain.rpc.methods import EXCHANGE
from citybrain.rpc.public.client import ApiClient
from citybrain.rpc.public.methods import public_methods
from citybrain.rpc.server import serve
from citybrain.rpc.service import Service
from citybrain.rpc.transport import node_tls
from citybrain.structs import replace

DAY_S = 86_400


def in_a_loop(test):
    @functools.wraps(test)
    def run(*arguments, **named):
        async def bounded():
            async with asyncio.timeout(60):
                await test(*arguments, **named)

        asyncio.run(bounded())

    return run


@pytest.fixture
def joined(tmp_path):
    made = JoinedTls(tmp_path)
    yield made
    made.close()


async def served(guard, address=f"{HERE}:0"):
    """A server with one public method and one stream; both say who calls."""
    district = DISTRICT.methods["GetDistrict"].reply

    async def get(_request, caller):
        return district(id=caller.name if caller is not None else "nobody")

    go_on = asyncio.Event()

    async def watch(_request, _caller):
        yield DISTRICT.methods["Watch"].reply(version="1")
        await go_on.wait()
        yield DISTRICT.methods["Watch"].reply(version="2")

    methods = public_methods(DISTRICT)
    service = Service(DISTRICT.name, is_public=True).unary(methods["GetDistrict"], get)
    service.server_stream(methods["Watch"], watch)
    server = await serve(address, [service], guard=guard)
    server.go_on = go_on
    return server, f"{HERE}:{server.port}"


async def code_of(call):
    with pytest.raises(RpcError) as caught:
        await call
    return caught.value.code


@in_a_loop
async def test_a_call_is_the_certificates_and_who_is_connected_is_a_line_of_the_log(joined, caplog):
    caplog.set_level(logging.INFO)
    server, address = await served(joined.guard("district/riverside"))
    async with ApiClient(address, DISTRICT, tls=joined("operator/li-wei")) as client:
        for _ in range(3):
            assert (await client.call("GetDistrict")).id == "li-wei"
    lines = [r.message for r in caplog.records if "is connected from ipv4:127.0.0.1" in r.message]
    assert len(lines) == 1
    assert lines[0].startswith("citybrain://chengdu/operator/li-wei ")
    await server.stop(0)


@in_a_loop
async def test_whoever_is_revoked_is_refused_at_the_next_call_and_its_stream_ends(joined):
    server, address = await served(joined.guard("district/riverside"))
    async with ApiClient(address, DISTRICT, tls=joined("operator/li-wei")) as client:
        stream = client.stream("Watch")
        assert (await anext(stream)).version == "1"
        joined.revoke("operator/li-wei", told="district/riverside")
        server.go_on.set()
        assert await code_of(anext(stream)) == "PERMISSION_DENIED"
        assert await code_of(client.call("GetDistrict")) == "PERMISSION_DENIED"
    assert joined.refused == ["revoked", "revoked"]
    async with ApiClient(address, DISTRICT, tls=joined("operator/wang")) as client:
        await client.call("GetDistrict")
    await server.stop(0)


@in_a_loop
async def test_a_list_that_is_not_the_authoritys_changes_nothing(joined, caplog):
    server, address = await served(joined.guard("district/riverside"))
    operator = joined("operator/li-wei")
    joined.revoke("operator/li-wei", told="district/riverside")
    async with ApiClient(address, DISTRICT, tls=operator) as client:
        assert await code_of(client.call("GetDistrict")) == "PERMISSION_DENIED"
        (joined.at("district/riverside") / "crl.pem").write_text("nothing", encoding="ascii")
        assert await code_of(client.call("GetDistrict")) == "PERMISSION_DENIED"
    assert "stays in force" in caplog.text
    await server.stop(0)


@in_a_loop
async def test_a_certificate_that_ended_since_the_connection_was_made_is_refused(joined):
    clock = ShiftedClock()
    server, address = await served(joined.guard("district/riverside", clock))
    async with ApiClient(address, DISTRICT, tls=joined("operator/li-wei")) as client:
        await client.call("GetDistrict")
        clock.shift_s = 31 * DAY_S
        assert await code_of(client.call("GetDistrict")) == "PERMISSION_DENIED"
    assert joined.refused == ["expired"]
    await server.stop(0)


@in_a_loop
async def test_a_certificate_is_exchanged_without_a_restart(joined):
    server, address = await served(joined.guard("district/riverside"))
    presented = []
    operator = joined("operator/li-wei")
    for _ in range(2):
        presented.append(await asyncio.to_thread(_certificate_at, address, operator))
        joined.issue("district/riverside", HERE)
    assert presented[0] != presented[1]
    async with ApiClient(address, DISTRICT, tls=operator) as client:
        await client.call("GetDistrict")
    await server.stop(0)


@in_a_loop
async def test_a_client_presents_a_renewed_certificate_at_its_next_call(joined):
    server, address = await served(joined.guard("district/riverside"))
    async with ApiClient(address, DISTRICT, tls=joined("operator/li-wei")) as client:
        await client.call("GetDistrict")
        joined.revoke("operator/li-wei", told="district/riverside")
        assert await code_of(client.call("GetDistrict")) == "PERMISSION_DENIED"
        joined.issue("operator/li-wei")
        assert (await client.call("GetDistrict")).id == "li-wei"
    await server.stop(0)


@in_a_loop
async def test_whoever_is_of_another_city_is_refused(joined):
    there = joined.folder / "there"
    joined.authority.issue_here(name_of("elsewhere", Role.OPERATOR, "li-wei"), there)
    server, address = await served(joined.guard("district/riverside"))
    tls = replace(joined("operator/li-wei"), certificate=there / "cert.pem", key=there / "key.pem")
    async with ApiClient(address, DISTRICT, tls=tls) as client:
        assert await code_of(client.call("GetDistrict")) == "PERMISSION_DENIED"
    assert joined.refused == ["other_city"]
    await server.stop(0)


async def told(address, tls):
    async with ApiClient(address, DISTRICT, tls=tls) as client:
        with pytest.raises(RpcError) as caught:
            await client.call("GetDistrict")
    assert caught.value.code == "UNAVAILABLE"
    return str(caught.value)


@in_a_loop
async def test_what_keeps_two_ends_apart_is_said_with_what_to_do(joined, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    strangers = JoinedTls(tmp_path / "elsewhere")
    joined.issue("district/far", "10.0.0.9")
    operator = joined("operator/li-wei")
    server, address = await served(joined.guard("district/riverside"))
    far, far_address = await served(joined.guard("district/far"))
    lab, lab_address = await served(None)
    assert "has no certificates (lab mode)" in await told(lab_address, operator)
    assert "is for another host" in await told(far_address, operator)
    assert "citybrain login TOKEN" in await told(address, None)
    stranger = strangers("operator/li-wei")
    assert "no certificate of the authority" in await told(address, stranger)
    for one in (server, far, lab):
        await one.stop(0)
    strangers.close()


@in_a_loop
async def test_health_and_reflection_are_in_the_table_too(joined):
    server, address = await served(joined.guard("district/riverside"))
    box, operator = joined("box/box-a1").for_channel(), joined("operator/li").for_channel()
    asked = reflection_pb2.ServerReflectionRequest(list_services="")
    async with grpc.aio.secure_channel(address, box) as channel:
        health = health_pb2_grpc.HealthStub(channel)
        answer = await health.Check(health_pb2.HealthCheckRequest())
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
        reflected = reflection_pb2_grpc.ServerReflectionStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await anext(aiter(reflected.ServerReflectionInfo(iter([asked]))))
        assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
    async with grpc.aio.secure_channel(address, operator) as channel:
        reflected = reflection_pb2_grpc.ServerReflectionStub(channel)
        found = await anext(aiter(reflected.ServerReflectionInfo(iter([asked]))))
        assert DISTRICT.name in str(found)
    await server.stop(0)


@pytest.mark.parametrize("has_certificates", [True, False])
@in_a_loop
async def test_a_method_without_a_line_in_the_table_is_not_there(joined, has_certificates):
    forgotten = replace(EXCHANGE, service="citybrain.api.v1.Forgotten", name="Act")

    async def exchange(frames):
        async for frame in frames:
            yield frame

    service = Service(forgotten.service).bidi_stream(forgotten, exchange)
    guard = joined.guard("city/c") if has_certificates else None
    server = await serve(f"{HERE}:0", [service], guard=guard)
    tls = joined("district/riverside") if has_certificates else None
    async with ApiClient(f"{HERE}:{server.port}", DISTRICT, tls=tls) as client:
        assert await code_of(anext(client.bidi_stream(forgotten, _nothing()))) == "UNIMPLEMENTED"
    await server.stop(0)


@in_a_loop
async def test_without_an_identity_it_serves_this_machine_and_says_so(caplog):
    server, address = await served(None)
    assert "lab mode" in caplog.text
    async with ApiClient(address, DISTRICT) as client:
        assert (await client.call("GetDistrict")).id == "nobody"
    await server.stop(0)


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "10.0.0.1", "riverside.example"])
@in_a_loop
async def test_without_an_identity_no_other_machine_is_served(host):
    with pytest.raises(ListenError, match="without an identity.*citybrain district join TOKEN"):
        await served(None, f"{host}:0")


def test_the_identity_in_the_data_folder_is_a_nodes_own_where_its_file_names_none(joined):
    assert node_tls(None, joined.folder) is None
    joined.authority.issue_here(name_of(CITY, Role.OPERATOR, "li-wei"), joined.folder / "identity")
    tls = node_tls(None, joined.folder)
    assert tls.certificate == joined.folder / "identity" / "cert.pem"
    named = TlsFiles(ca="/etc/ca.pem", cert="/etc/cert.pem", key="/etc/key.pem")
    other = node_tls(named, joined.folder)
    assert str(other.certificate) == "/etc/cert.pem"
    assert (other.revoked, other.chain) == (tls.revoked, tls.chain), "the identity's list holds"
    assert node_tls(named, joined.folder / "nowhere").revoked is None


async def _nothing():
    await asyncio.Event().wait()
    yield


def _certificate_at(address, tls):
    """What the server presents, PEM."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(tls.ca)
    context.load_cert_chain(tls.certificate, tls.key)
    context.set_alpn_protocols(["h2"])
    host, port = address.rsplit(":", 1)
    with (
        socket.create_connection((host, int(port)), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        return secure.getpeercert(binary_form=True)
