"""A push service and a browser of our own: what a node sends is checked as a push service would
(VAPID, RFC 8292) and read as a browser would (RFC 8291), by code that shares nothing with ours.
"""

import base64
import datetime
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from queue import Queue
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

from citybrain.clock import SECOND_US
from citybrain.system_clock import SystemClock

HERE = "127.0.0.1"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class PushService:
    """An HTTPS server on a free port. `answers`: (status, headers) of the next messages, then 201;
    `received`: what came, as (path, headers, body)."""

    def __init__(self, folder):
        self.answers, self.received = [], Queue()
        self.ca_file = _certified(folder)
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                service.received.put((self.path, headers, body))
                status, extra = service.answers.pop(0) if service.answers else (201, {})
                self.send_response(status)
                for name, value in {"content-length": "0", **extra}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer((HERE, 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca_file, folder / "push-key.pem")
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.host = f"{HERE}:{self._server.server_port}"
        self.origin = f"https://{self.host}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def next(self, within_s=20):
        return self.received.get(timeout=within_s)

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def claims(self, headers, public_key):
        """What the node signed; fails where it is not the signature of `public_key`."""
        scheme, _, rest = headers["authorization"].partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        assert (scheme, parts["k"]) == ("vapid", public_key)
        head, claims, signature = parts["t"].split(".")
        assert json.loads(unb64(head)) == {"typ": "JWT", "alg": "ES256"}
        raw = unb64(signature)
        numbers = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(public_key))
        key.verify(encode_dss_signature(*numbers), f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
        return json.loads(unb64(claims))


class Phone:
    """A browser with a subscription at `service`."""

    def __init__(self, service, name="phone-1"):
        self._key, self.secret = ec.generate_private_key(ec.SECP256R1()), name.ljust(16)[:16]
        self.path = f"/push/{name}"
        self.endpoint = service.origin + self.path
        self.point = self._key.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )

    @property
    def subscription(self):
        """As `PushSubscription.toJSON()`."""
        keys = {"p256dh": b64(self.point), "auth": b64(self.secret.encode())}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def read(self, body):
        """The message; raises where it is not for this phone."""
        return json.loads(decrypted(body, self._key, self.secret.encode()))


def decrypted(body, key, secret):
    """RFC 8291, as the receiver does it."""
    salt, record_bytes, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
    sender, sealed = body[21 : 21 + length], body[21 + length :]
    assert len(sealed) <= record_bytes
    own = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
    shared = key.exchange(ec.ECDH(), public)
    material = _hkdf(shared, secret, b"WebPush: info\0" + own + sender, 32)
    content_key = _hkdf(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _hkdf(material, salt, b"Content-Encoding: nonce\0", 12)
    text = AESGCM(content_key).decrypt(nonce, sealed, None).rstrip(b"\0")
    assert text[-1:] == b"\x02", "the last record"
    return text[:-1]


def endpoint_origin(address):
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _hkdf(material, salt, info, length):
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(material)


def _certified(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "push service")])
    now = datetime.datetime.fromtimestamp(SystemClock().now() / SECOND_US, datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HERE))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, SHA256())
    )
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "push-key.pem").write_bytes(text)
    (folder / "push-cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    return str(folder / "push-cert.pem")
