"""An authority with a broker and some that speak there."""

import pytest
from authority_rig import CITY, ServedAuthority

from citybrain.identity.name import parse_short


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """An authority at which a broker, a box and two districts have joined: its folder, theirs."""
    folder = tmp_path_factory.mktemp("city")
    with ServedAuthority(folder / "ca") as served:
        served.joined("broker/main", folder / "broker", hosts=["127.0.0.1"])
        for short in ("box/box-a1", "district/riverside", "district/oldtown"):
            served.joined(short, folder / parse_short(CITY, short).id, hosts=["127.0.0.1"])
        served.folder_of = lambda part: folder / part
        yield served
