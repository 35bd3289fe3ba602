"""Whoever joined is known by its name at a real gRPC server, and a server by its hosts."""

from concurrent import futures

import grpc
import pytest
from authority_rig import CITY, open_authority

from citybrain.identity.name import parse_name, parse_short
from citybrain.rpc.transport import Tls
from citybrain.system_clock import SystemClock


@pytest.fixture
def joined(tmp_path):
    """Makes the TLS options of whoever joined."""
    authority = open_authority(tmp_path / "ca", SystemClock())

    def join(short, *hosts):
        folder = tmp_path / short
        authority.issue_here(parse_short(CITY, short), folder, hosts=hosts)
        return Tls(ca=folder / "root.pem", certificate=folder / "cert.pem", key=folder / "key.pem")

    yield join
    authority.close()


@pytest.fixture
def serve():
    """Starts a server that answers with the name in its caller's certificate; gives its address."""
    running = []

    def names(_request, context):
        return b" ".join(context.auth_context()["peer_uri"])

    def start(tls):
        server = grpc.server(futures.ThreadPoolExecutor(2))
        handlers = {"Who": grpc.unary_unary_rpc_method_handler(names)}
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("Names", handlers),))
        port = server.add_secure_port("127.0.0.1:0", tls.for_server())
        server.start()
        running.append(server)
        return f"127.0.0.1:{port}"

    yield start
    for server in running:
        server.stop(0)


def who(address, credentials):
    with grpc.secure_channel(address, credentials) as channel:
        return channel.unary_unary("/Names/Who")(b"", timeout=10).decode()


def test_the_transport_proves_the_callers_name(joined, serve):
    address = serve(joined("city/c", "127.0.0.1"))
    proved = who(address, joined("district/riverside", "10.0.0.5").for_channel())
    assert str(parse_name(proved)) == "citybrain://chengdu/district/riverside"


def test_a_server_that_was_certified_for_another_host_is_not_believed(joined, serve):
    address = serve(joined("city/c", "10.0.0.9"))
    with pytest.raises(grpc.RpcError) as refused:
        who(address, joined("district/riverside").for_channel())
    assert "Hostname Verification" in refused.value.details()


def test_a_box_cannot_serve_as_a_city(joined, serve):
    """Its certificate is for no host, and not for serving."""
    address = serve(joined("box/box-a1"))
    with pytest.raises(grpc.RpcError):
        who(address, joined("district/riverside").for_channel())


def test_whoever_has_no_certificate_is_not_let_in(joined, serve):
    tls = joined("city/c", "127.0.0.1")
    with pytest.raises(grpc.RpcError):
        who(serve(tls), grpc.ssl_channel_credentials(tls.ca.read_bytes()))
