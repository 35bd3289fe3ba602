"""An adapter's context over a district by script."""

import pytest
from adapter_rig import Rig


@pytest.fixture
def rig(tmp_path):
    return lambda *script: Rig(tmp_path, *script)
