"""A provider on a socket, and a file of people beside it."""

import pytest
from oidc_provider import OidcProvider

from citybrain.clock import ManualClock


@pytest.fixture
def provider():
    made = OidcProvider(ManualClock())
    yield made
    made.stop()
