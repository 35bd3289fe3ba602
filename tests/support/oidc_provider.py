"""A small OpenID Connect provider on a real socket, whose every answer a test can spoil. It checks
what a provider has to: client, secret, redirect URI, and the verifier against its challenge.
"""

import base64
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

from citybrain.clock import SECOND_US
from citybrain.domain.principal import Role
from citybrain.localized_name import LocalizedName
from citybrain.people.oidc.settings import OidcSettings

CLIENT, SECRET = "citybrain-riverside", "a secret of the client"
ROLES = (("city-admins", Role.ADMIN), ("queue", Role.OPERATOR), ("watch", Role.VIEWER))
PAGES = "http://console"


def new_key(kid="k1"):
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"})


class OidcProvider:
    """`claims` are of whoever signs in; `metadata` and `tokens` are put over what is answered;
    `asked` lists the paths."""

    def __init__(self, clock, tls=None):
        """`tls`: a server's context, with which it speaks HTTPS."""
        self.clock, self.key = clock, new_key()
        self.shown_keys = [self.key]
        self.claims = {"sub": "u-1", "preferred_username": "li.na", "groups": ["queue"]}
        self.spoiled, self.metadata, self.tokens, self.userinfo = {}, {}, {}, None
        self.asked, self.codes = [], {}
        self.status = 200
        self.sign = self._signed
        handler = type("Handler", (_Handler,), {"provider": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        scheme = "http" if tls is None else "https"
        if tls is not None:  # hands are shaken by the connection's own thread
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.issuer = f"{scheme}://127.0.0.1:{self._server.server_port}"

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def settings(self, folder, **other):
        secret = folder / "oidc-secret"
        secret.write_text(SECRET + "\n")
        secret.chmod(0o600)
        given = {
            "issuer": self.issuer,
            "client_id": CLIENT,
            "client_secret_file": str(secret),
            "pages": PAGES,
            "scopes": ("openid", "profile"),
            "name_claim": "preferred_username",
            "roles_claim": "groups",
            "roles": ROLES,
            "title": LocalizedName(en="City account", zh="市政账号"),
        }
        return OidcSettings(**{**given, **other})

    def authorize(self, url):
        """As a person who agrees: where the browser is sent back to, with which parameters."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def _signed(self, claims):
        header = {"alg": "ES256", "kid": self.key.kid}
        return jwt.encode(header, claims, self.key, algorithms=["ES256"])

    def id_token(self, nonce):
        now_s = self.clock.now() // SECOND_US
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now_s,
            "exp": now_s + 300,
            "nonce": nonce,
            **self.claims,
            **self.spoiled,
        }
        return self.sign({name: value for name, value in claims.items() if value is not None})

    def answer(self, path, form, authorization):
        """(status, JSON) for a request."""
        self.asked.append(path)
        if self.status != 200:
            return self.status, {"error": "server_error"}
        match path:
            case "/.well-known/openid-configuration":
                return 200, self._described()
            case "/keys":
                return 200, {"keys": [key.as_dict(private=False) for key in self.shown_keys]}
            case "/token":
                return self._exchange(form, authorization)
            case "/userinfo":
                return 200, self.userinfo
        return 404, {}

    def _described(self):
        places = {
            f"{name}": f"{self.issuer}/{path}"
            for name, path in (
                ("authorization_endpoint", "authorize"),
                ("token_endpoint", "token"),
                ("jwks_uri", "keys"),
            )
        }
        if self.userinfo is not None:
            places["userinfo_endpoint"] = f"{self.issuer}/userinfo"
        return {"issuer": self.issuer, **places, **self.metadata}

    def _exchange(self, form, authorization):
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None:
            return 400, {"error": "invalid_grant"}
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(form["code_verifier"].encode()).digest()
        )
        login = base64.b64encode(f"{CLIENT}:{quote(SECRET)}".encode()).decode()
        if authorization != f"Basic {login}":
            return 401, {"error": "invalid_client"}
        fits = (
            challenge.decode().rstrip("=") == asked["code_challenge"]
            and form["redirect_uri"] == asked["redirect_uri"]
        )
        if not fits:
            return 400, {"error": "invalid_grant"}
        token = self.id_token(asked["nonce"])
        return 200, {"access_token": "at", "id_token": token, "token_type": "Bearer", **self.tokens}


class _Handler(BaseHTTPRequestHandler):
    provider: OidcProvider

    def do_GET(self):
        self._answer({})

    def do_POST(self):
        text = self.rfile.read(int(self.headers["content-length"])).decode()
        self._answer({name: values[0] for name, values in parse_qs(text).items()})

    def _answer(self, form):
        path = urlsplit(self.path).path
        status, found = self.provider.answer(path, form, self.headers.get("authorization"))
        body = found if isinstance(found, bytes) else json.dumps(found).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass  # whoever does not trust the certificate hangs up

    def log_message(self, *_):
        """Says nothing."""
