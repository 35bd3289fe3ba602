"""What is deployed names what exists: every command, every option, every file."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

TIERS = ("street", "district", "city")


@pytest.fixture
def deploy(project_root) -> Path:
    return project_root / "deploy"


def help_of(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "citybrain.cli.main", *words, "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def assert_command_exists(words: list[str]) -> None:
    """`words` after `citybrain`: sub-commands, then options with their values."""
    options = next((i for i, word in enumerate(words) if word.startswith("-")), len(words))
    text = help_of(*words[:options])
    for word in words[options:]:
        assert not word.startswith("--") or word in text, (
            f"citybrain {' '.join(words[:options])} has no {word}"
        )


@pytest.mark.parametrize("tier", TIERS)
def test_a_unit_checks_and_runs_by_commands_that_exist(deploy, tier):
    text = (deploy / "systemd" / f"citybrain-{tier}.service").read_text()
    commands = re.findall(r"^Exec(?:StartPre|Start)=(.+)$", text, re.MULTILINE)
    before = (
        [] if tier == "street" else [[tier, "check"]]
    )  # a box with one camera away starts all the same; `run` lists a file's faults itself
    assert [shlex.split(c)[1:3] for c in commands] == [*before, [tier, "run"]]
    for command in commands:
        assert_command_exists(shlex.split(command)[1:])


@pytest.mark.parametrize("tier", TIERS)
def test_a_unit_is_confined_restarts_and_does_not_repeat_a_faulty_configuration(deploy, tier):
    lines = (deploy / "systemd" / f"citybrain-{tier}.service").read_text().splitlines()
    for line in (
        "User=citybrain",
        "NoNewPrivileges=true",
        "ProtectSystem=strict",
        "Restart=always",
        "RestartPreventExitStatus=2",
        "StartLimitIntervalSec=0",
    ):
        assert line in lines


def test_the_authoritys_unit_serves_by_a_command_that_exists(deploy):
    text = (deploy / "systemd" / "citybrain-ca.service").read_text()
    (command,) = re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE)
    assert shlex.split(command)[1:3] == ["ca", "serve"]
    assert_command_exists(shlex.split(command)[1:])
    for line in ("User=citybrain", "NoNewPrivileges=true", "ProtectSystem=strict", "UMask=0077"):
        assert line in text.splitlines()


def test_an_adapters_unit_runs_it_by_a_command_that_exists_and_ends_when_it_has_ended(deploy):
    text = (deploy / "systemd" / "citybrain-adapter@.service").read_text()
    (command,) = re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE)
    assert shlex.split(command)[1:4] == ["adapter", "run", "%i"]
    assert_command_exists([word for word in shlex.split(command)[1:] if word != "%i"])
    for line in ("User=citybrain", "NoNewPrivileges=true", "Restart=on-failure"):
        assert line in text.splitlines()


def test_backups_are_made_daily_by_a_command_that_exists_beside_the_node(deploy):
    unit = (deploy / "systemd" / "citybrain-backup@.service").read_text()
    (command,) = re.findall(r"^ExecStart=(.+)$", unit, re.MULTILINE)
    words = shlex.split(command)[1:]
    assert words[:3] == ["backup", "create", "run/%i"]
    assert_command_exists([word for word in words if "%i" not in word])
    assert "User=citybrain" in unit.splitlines()
    assert f"ReadWritePaths={words[words.index('--to') + 1]}" in unit.splitlines()
    timer = (deploy / "systemd" / "citybrain-backup@.timer").read_text().splitlines()
    assert {"Persistent=true", "WantedBy=timers.target"} <= set(timer)


def test_compose_runs_every_tier_by_a_command_that_exists(deploy):
    compose = yaml.safe_load((deploy / "container" / "compose.yaml").read_text())
    services = compose["services"]
    assert set(services) == {"broker", *TIERS}
    for tier in TIERS:
        assert_command_exists(services[tier]["command"])
        build = services[tier]["build"]
        assert (deploy / "container" / build["context"] / build["dockerfile"]).is_file()
        assert services[tier]["restart"] == "unless-stopped" and services[tier]["cap_drop"] == [
            "ALL"
        ]
    at_host, inside = services["broker"]["volumes"][0].split(":")
    assert at_host == inside, "the broker's files name each other by absolute paths"
    assert services["broker"]["command"][-1].startswith(f"{inside}/")
    used = {
        volume.split(":")[0]
        for service in services.values()
        for volume in service["volumes"]
        if not volume.startswith((".", "/"))
    }
    assert used == set(compose["volumes"])


def test_the_container_copies_what_is_there_and_installs_extras_that_exist(deploy, project_root):
    text = (deploy / "container" / "Containerfile").read_text()
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        assert all((project_root / source).exists() for source in line.split()[:-1]), line
    assert re.search(r"^ENTRYPOINT \[\"citybrain\"\]$", text, re.MULTILINE)
    project = (project_root / "pyproject.toml").read_text()
    assert all(re.search(rf"^{tier} = \[", project, re.MULTILINE) for tier in TIERS)


BROKER = Path("/var/lib/citybrain/broker")
IDENTITY = Path("/var/lib/citybrain/broker-identity")
FIREWALL = Path("/etc/citybrain/firewall.nft")


def test_the_brokers_files_are_those_that_the_command_writes(deploy):
    from citybrain.broker.acl import acl_text
    from citybrain.broker.firewall import firewall_text
    from citybrain.broker.mosquitto import BrokerFiles, BrokerOptions, configuration_text

    files = BrokerFiles(
        root=IDENTITY / "root.pem",
        certificate=IDENTITY / "cert.pem",
        key=IDENTITY / "key.pem",
        revoked=BROKER / "crl.pem",
        rules=BROKER / "acl",
        data=BROKER / "data",
    )
    options = BrokerOptions(host="0.0.0.0", port=8883, user="citybrain")
    written = {
        "mosquitto.conf": configuration_text(files, options),
        "acl": acl_text(["riverside"]),
        "firewall.nft": firewall_text(8883),
    }
    for name, text in written.items():
        assert (deploy / "broker" / name).read_text() == text, f"write deploy/broker/{name} anew"


def test_the_brokers_unit_writes_its_files_by_commands_that_exist_and_reads_them_again(deploy):
    text = (deploy / "systemd" / "citybrain-broker.service").read_text()
    commands = [
        shlex.split(line)
        for line in re.findall(r"^Exec(?:StartPre|Start|Reload)=-?(.+)$", text, re.MULTILINE)
    ]
    own = [words[1:] for words in commands if words[0].endswith("/citybrain")]
    assert [words[:2] for words in own] == [
        ["broker", "config"],
        ["ca", "renew"],
        ["broker", "config"],
    ]
    for words in own:
        assert_command_exists([word for word in words if not word.startswith("$")])
    assert own[0] == own[2]
    assert ["/usr/sbin/mosquitto", "-c", f"{BROKER}/mosquitto.conf"] in commands
    assert commands[-1] == ["/bin/kill", "-HUP", "$MAINPID"]
    timer = (deploy / "systemd" / "citybrain-broker-reload.timer").read_text()
    assert "OnCalendar=hourly" in timer.splitlines()


def test_the_firewall_s_unit_loads_and_unloads_the_table_that_the_file_makes(deploy):
    text = (deploy / "systemd" / "citybrain-broker-firewall.service").read_text()
    assert f"ExecStart=/usr/sbin/nft -f {FIREWALL}" in text.splitlines()
    (delete,) = re.findall(r"^ExecStop=/usr/sbin/nft (delete table .+)$", text, re.MULTILINE)
    assert delete in (deploy / "broker" / "firewall.nft").read_text().splitlines()


def test_the_check_for_system_programs_is_quick_and_names_what_is_missing(deploy, tmp_path):
    script = deploy / "system-programs.sh"
    here = subprocess.run(
        ["sh", str(script)], capture_output=True, text=True, timeout=600, check=False
    )
    assert here.returncode == 0, here.stdout + here.stderr
    again = subprocess.run(
        ["sh", str(script)], capture_output=True, text=True, timeout=10, check=False
    )
    assert again.returncode == 0
    bare = tmp_path / "bin"
    bare.mkdir()
    for tool in ("sh", "sort", "tr", "grep", "id"):
        (bare / tool).symlink_to(f"/usr/bin/{tool}")
    alone = subprocess.run(
        ["/bin/sh", str(script)],
        env={"PATH": str(bare)},
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )
    assert "apt-get install" in alone.stdout and "npm" in alone.stdout
    asked = subprocess.run(
        ["/bin/sh", str(script), "mosquitto"],
        env={"PATH": str(bare)},
        capture_output=True,
        text=True,
        timeout=10,
        check=True,
    )
    assert "npm" not in asked.stdout, "of the programs that are asked for alone"


def test_the_readme_of_deploy_names_files_that_exist(deploy):
    text = (deploy / "README.md").read_text()
    for name in re.findall(
        r"`((?:broker|systemd|container)/[A-Za-z./@-]+|system-programs\.sh)`", text
    ):
        assert (deploy / name).is_file(), name
