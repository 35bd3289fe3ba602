"""Whether a Ray cluster lets in only who has its token, asked before it is joined.

Ray joins a cluster without authentication without a word, although any stranger may run code there;
and with a wrong token it tries for twenty seconds. The cluster's head is asked twice by Ray's own
protocol: a call without a token must be refused, and one with ours must not.
"""

import grpc

from coordinator.errors import ClusterRefusedError
from coordinator.ray_plane.messages import ClusterRefusal

IS_ALIVE = "/ray.rpc.NodeInfoGcsService/CheckAlive"  # answered by every head, changes nothing
WITHIN_S = 5.0
WORDS = {
    ClusterRefusal.NO_CLUSTER: "no Ray head answers there. Start it, or give another address",
    ClusterRefusal.NO_AUTHENTICATION: "it asks nobody for a token: any stranger may run code on it."
    " Start every node of it with RAY_AUTH_MODE=token",
    ClusterRefusal.WRONG_TOKEN: "it refuses our token. Put the cluster's into [ray] token_file",
}


def check_cluster(address: str, token: str | None = None) -> None:
    """Raises `ClusterRefusedError` for a cluster that asks for no token, refuses `token`, or does
    not answer as Ray does. None: whoever joins has a token that is not known here.
    """
    with grpc.insecure_channel(address) as head:
        if _is_let_in(head, address, None):
            raise _refused(address, ClusterRefusal.NO_AUTHENTICATION)
        if token is not None and not _is_let_in(head, address, token):
            raise _refused(address, ClusterRefusal.WRONG_TOKEN)


def _is_let_in(head: grpc.Channel, address: str, token: str | None) -> bool:
    metadata = () if token is None else (("authorization", f"Bearer {token}"),)
    try:
        head.unary_unary(IS_ALIVE)(b"", timeout=WITHIN_S, metadata=metadata)
    except grpc.RpcError as error:
        if error.code() is grpc.StatusCode.UNAUTHENTICATED:
            return False
        raise _refused(address, ClusterRefusal.NO_CLUSTER) from error
    return True


def _refused(address: str, refusal: ClusterRefusal) -> ClusterRefusedError:
    message = f"the cluster at {address} is not joined: {WORDS[refusal]}."
    return ClusterRefusedError(refusal.value, message)
