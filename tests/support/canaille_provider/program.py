"""Run by the Python of the provider's own environment: serves canaille with one client, one person
and one group in memory, on a free port of this machine. Prints the issuer, reads the client's
redirect URI, prints `serving`.
"""

import datetime
import socket
import sys

import canaille
from werkzeug.serving import make_server

client_id, client_secret, group, name, password = sys.argv[1:]
listener = socket.create_server(("127.0.0.1", 0))
host = f"localhost:{listener.getsockname()[1]}"
print(f"http://{host}", flush=True)
redirect_uri = sys.stdin.readline().strip()

app = canaille.create_app(
    {
        "SECRET_KEY": "of a test",
        "SERVER_NAME": host,
        "PREFERRED_URL_SCHEME": "http",
        "CANAILLE": {"JAVASCRIPT": False, "HTMX": False, "DATABASE": "memory", "SMTP": None},
        "CANAILLE_OIDC": {"TRUSTED_DOMAINS": []},  # so that the person is asked
    }
)
with app.app_context():
    from canaille.app import models
    from canaille.backends import Backend

    person = models.User(
        user_name=name,
        given_name="Na",
        family_name="Li",
        formatted_name="Li Na",
        display_name=name,
        emails=[f"{name}@city.example"],
        password=password,
    )
    Backend.instance.save(person)
    Backend.instance.save(models.Group(display_name=group, members=[person]))
    client = models.Client(
        client_id=client_id,
        client_secret=client_secret,
        client_name="Riverside",
        client_uri="http://riverside.example",
        redirect_uris=[redirect_uri],
        scope=["openid", "profile", "groups"],
        grant_types=["authorization_code"],
        response_types=["code"],
        token_endpoint_auth_method="client_secret_basic",
        client_id_issued_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    )
    Backend.instance.save(client)
    client.audience = [client]  # of one that there is
    Backend.instance.save(client)

server = make_server("127.0.0.1", 0, app, threaded=True, fd=listener.fileno())
print("serving", flush=True)
server.serve_forever()
