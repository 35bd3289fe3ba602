"""The lock pins everything with hashes and names no registry; no committed file names a machine's
path."""

import re
import subprocess


def test_the_lock_holds_hashes_and_no_address(project_root):
    lock = (project_root / "requirements.lock").read_text()
    pins = re.findall(r"^([a-z0-9_.\-\[\]]+)==", lock, flags=re.MULTILINE)
    assert len(pins) > 40
    assert "://" not in lock
    assert "--index-url" not in lock
    assert lock.count("--hash=sha256:") >= len(pins)


def test_every_declared_dependency_is_pinned(project_root):
    lock = (project_root / "requirements.lock").read_text()
    declared = set(
        re.findall(
            r'^\s*"?([a-z0-9\-]+)>=',
            (project_root / "pyproject.toml")
            .read_text()
            .replace('["', '\n"')
            .replace(', "', '\n"'),
            re.MULTILINE,
        )
    )
    missing = [name for name in sorted(declared) if f"{name}==" not in lock]
    assert not missing, f"run `make lock`: {missing}"


def test_no_committed_file_names_a_registry_host(project_root):
    listed = subprocess.run(
        ["git", "ls-files"], cwd=project_root, capture_output=True, text=True, check=True
    ).stdout.split()
    hosts = re.compile(r"pypi\.org|files\.pythonhosted|registry\.npmjs|deb\.debian\.org")
    wrong = [
        name
        for name in listed
        if name != "tests/architecture/test_lock.py"
        and (project_root / name).is_file()
        and hosts.search((project_root / name).read_text(errors="replace"))
    ]
    assert not wrong, wrong
