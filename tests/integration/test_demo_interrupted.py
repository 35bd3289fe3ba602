"""Ctrl-C stops the demo in order and leaves nothing behind; the same folder continues the run.
Nobody is let in at its consoles but by the links and passwords that it printed."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from citybrain.journal.sqlite import SqliteStore


def demo(run: Path, summary: Path) -> subprocess.Popen:
    command = [
        sys.executable,
        "-u",
        "-m",
        "citybrain.cli.main",
        "demo",
        "--headless",
        "--keep",
        str(run),
        "--json",
        str(summary),
    ]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def read_until(process: subprocess.Popen, text: str) -> str:
    """What it printed up to the line with `text`."""
    printed = ""
    for line in process.stdout:
        printed += line
        if text in line:
            return printed
    raise AssertionError(f"{text!r} was never printed:\n{printed}")


def interrupt(process: subprocess.Popen) -> tuple[str, int]:
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    return rest, process.returncode


def processes_of(run: Path) -> list[int]:
    """Living processes whose command line names the run's folder, ours aside."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if str(run) in (entry / "cmdline").read_text(errors="replace"):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def records(run: Path) -> list[str]:
    store = SqliteStore.open_readonly(run / "data" / "riverside" / "journal.db")
    try:
        return [record.hash for record in store.records()]
    finally:
        store.close()


@pytest.mark.timeout(300)
def test_ctrl_c_while_it_starts_leaves_nothing_behind(tmp_path):
    with demo(tmp_path / "run", tmp_path / "summary.json") as process:
        read_until(process, "coordinator and districts")
        _, code = interrupt(process)
    assert code == 1 and processes_of(tmp_path / "run") == []


def status_and_cookie(url: str, form: dict[str, str] | None = None, cookie: str = "") -> tuple:
    """What a program of this machine is answered."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    headers = {"cookie": cookie, "content-type": "application/x-www-form-urlencoded"}
    method, body = ("GET", None) if form is None else ("POST", urlencode(form))
    connection.request(method, parts.path, body, headers)
    answer = connection.getresponse()
    cookie = answer.headers.get("set-cookie", "").partition(";")[0]
    connection.close()
    return answer.status, cookie


def signs_in_by_each_link_and_by_nothing_else(run: Path, printed: str) -> None:
    """A stranger on this machine is not let in; each link that was printed lets in, once."""
    links = re.findall(r"(http://\S+)/sign-in-link\?lang=en#([0-9a-f]{64})", printed)
    assert len(links) == 7
    for url, secret in links:
        assert status_and_cookie(f"{url}/")[0] == 303
        assert status_and_cookie(f"{url}/api/v1/incidents")[0] == 401
        assert status_and_cookie(f"{url}/api/v1/actions", {"verb": "close"})[0] == 401
        status, cookie = status_and_cookie(f"{url}/sign-in-link", {"link": secret})
        assert status == 303
        assert status_and_cookie(f"{url}/", cookie=cookie)[0] == 200
        assert status_and_cookie(f"{url}/sign-in-link", {"link": secret})[0] == 410
    passwords = re.findall(r"^  .* · ((?:[0-9a-f]{4}-){3}[0-9a-f]{4})$", printed, re.MULTILINE)
    assert len(passwords) == 3
    logs = "".join(path.read_text(errors="replace") for path in (run / "logs").iterdir())
    assert "link_signed_in" in logs
    assert not any(secret in logs for secret in (*passwords, *(secret for _, secret in links)))


@pytest.mark.timeout(400)
def test_ctrl_c_at_work_loses_nothing_and_the_next_start_continues(tmp_path):
    run, summary = tmp_path / "run", tmp_path / "summary.json"
    with demo(run, summary) as process:
        printed = read_until(process, "accepted")
        signs_in_by_each_link_and_by_nothing_else(run, printed)
        rest, code = interrupt(process)
    assert code in (0, 1) and "Summary of this run" in rest, rest
    assert processes_of(run) == []
    first, laws = records(run), json.loads(summary.read_text())["laws"]
    assert first and not any(law["violations"] for law in laws.values()), laws
    with demo(run, summary) as process:
        read_until(process, "Frames")
        rest, code = interrupt(process)
    assert processes_of(run) == []
    assert records(run)[: len(first)] == first and len(records(run)) > len(first)
    again = json.loads(summary.read_text())["laws"]
    assert not any(law["violations"] for law in again.values()), again
    assert again["same_state"]["checked"] > laws["same_state"]["checked"]
