"""The documents tell the truth: diagrams are redrawn from their tables, and every command, target,
file and package that they name exists."""

import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import typer.main
from stage_diagrams import DIAGRAMS

ROOT = Path(__file__).resolve().parents[2]
OURS = (
    *("citybrain", "street_agent", "district_node", "coordinator", "citysim", "maps", "models"),
    "scenes",
)
TOPS = (*OURS, "protos", "deploy", "docs", "tests")
COLUMNS = 120
# pages that are in nobody's checkout; written so that this file does not cite them
ELSEWHERE = re.compile(r"\b(?:PROTOCOLS|DESIGN|NAMES|STYLE|NUMBERS|ROADMAP)(?:\.m" + r"d| ?§)")


def _documents() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return sorted(ROOT / name for name in listed if (ROOT / name).is_file())


DOCUMENTS = _documents()


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _code(text: str) -> list[str]:
    """The lines of fenced blocks, continued ones joined, and the inline code."""
    blocks = re.findall(r"^ *```[a-z]*\n(.*?)^ *```", text, flags=re.MULTILINE | re.DOTALL)
    lines = [
        line.split("   #")[0].strip()
        for block in blocks
        for line in block.replace("\\\n", " ").splitlines()
    ]
    rest = re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    return lines + re.findall(r"`([^`\n]+)`", rest)


@pytest.mark.parametrize(("page", "noun"), sorted(DIAGRAMS))
def test_a_page_shows_the_diagram_drawn_from_the_table(page, noun):
    text = (ROOT / "docs" / "protocols" / f"{page}.md").read_text(encoding="utf-8")
    drawn = DIAGRAMS[page, noun]
    assert drawn in text, f"put this into docs/protocols/{page}.md:\n{drawn}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_make_targets_exist(path):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = {
        word
        for line in _code(path.read_text(encoding="utf-8"))
        for word in re.findall(r"(?:^|[;&|] *)make ([a-z]+)", line)
    }
    assert named <= targets, named - targets


def test_the_readme_names_its_two_commands_and_the_others():
    lines = _code((ROOT / "README.md").read_text(encoding="utf-8"))
    named = {word for line in lines for word in re.findall(r"^make ([a-z]+)", line)}
    assert {"demo", "test", "quick", "nightly", "docs", "setup"} <= named


def test_ci_runs_the_readmes_test_command():
    assert "\nmake test\n" in (ROOT / ".ci" / "run").read_text()


def test_the_site_is_built_strictly_by_the_test_command():
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(r"^test: .*\bchecks\b", makefile, flags=re.MULTILINE)
    assert re.search(r"^checks:.*\n\t.*\bdocs\b", makefile, flags=re.MULTILINE)
    assert "mkdocs build --strict\n" in makefile, "with --quiet mkdocs counts no warning"
    validation = (ROOT / "mkdocs.yml").read_text().split("validation:")[1]
    assert set(re.findall(r"(\w+): warn", validation)) == {
        "omitted_files",
        "absolute_links",
        "unrecognized_links",
        "anchors",
    }


@cache
def _commands() -> dict[str, object]:
    """Every command and group below `citybrain` by its words."""
    from citybrain.cli.main import build_all  # every lazy group loaded

    found = {}

    def walk(command, path):
        found[" ".join(path)] = command
        for name, child in getattr(command, "commands", {}).items():
            walk(child, [*path, name])

    walk(typer.main.get_command(build_all()), [])
    return found


def _calls(text: str) -> list[list[str]]:
    """The words after `citybrain` in every call of it; `a|b` stands for two calls."""
    calls = []
    for line in _code(text):
        call = re.search(r"(?:^|&& |=)(?:\S+=\S+ )*(?:[\w./-]*/)?citybrain (?!=)(.+)", line)
        if call is None:
            continue
        words = shlex.split(re.split(r"[;#]| \| ", call[1].rstrip(":,."))[0])
        chosen = words[0].split("|") if words else []
        calls += [[one, *words[1:]] for one in chosen]
    return calls


def _is_known(words: list[str]) -> bool:
    """Whether there is such a command, with such options."""
    known, depth = _commands(), 0
    while depth < len(words) and " ".join(words[: depth + 1]) in known:
        depth += 1
    command, rest = known[" ".join(words[:depth])], words[depth:]
    options = {name for p in command.params for name in (*p.opts, *p.secondary_opts)}
    options |= {"--help", "--debug", "--version", "-"}  # the last is standard input
    is_group = bool(getattr(command, "commands", {}))
    return not (is_group and rest and not rest[0].startswith("-")) and all(
        word.split("=")[0] in options for word in rest if word.startswith("-")
    )


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_every_citybrain_call_exists(path):
    calls = _calls(_shell_quotes_closed(path.read_text(encoding="utf-8")))
    wrong = [" ".join(words) for words in calls if not _is_known(words)]
    assert not wrong, wrong


def test_every_example_of_a_help_text_exists():
    wrong = [
        " ".join(words)
        for command in _commands().values()
        for example in re.findall(r"^\W*(?:Examples?:)?\s*(citybrain .+)", command.help or "", re.M)
        for words in _calls(f"`{example}`")
        if not _is_known(words)
    ]
    assert not wrong, wrong


def _shell_quotes_closed(text: str) -> str:
    """Without the quotes of what one unit gives to a shell over several lines."""
    return text.replace("/bin/sh -c '", "").replace(".db\"'", '.db"')


def test_every_command_has_help_with_an_example():
    silent = [
        name
        for name, command in _commands().items()
        if not getattr(command, "commands", {})
        and (not command.help or "citybrain " not in command.help)
    ]
    assert not silent, f"no help with an example: {silent}"


def test_the_help_of_the_root_command_prints():
    done = subprocess.run(
        [sys.executable, "-m", "citybrain.cli.main", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    for group in ("street", "district", "city", "model", "journal", "demo"):
        assert group in done.stdout


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_files_that_are_named_exist(path):
    if path.parent.name == "recipes":  # they name what the reader is about to write
        return
    named = [
        code
        for code in _code(path.read_text(encoding="utf-8"))
        if re.fullmatch(rf"(?:{'|'.join(TOPS)})/[\w./-]+", code)
    ]
    missing = [name for name in named if not (ROOT / name).exists()]
    assert not missing, missing


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_links_within_the_repository_lead_somewhere(path):
    generated = {
        "configuration.md",
        "commands.md",
        "kinds.md",
        "limits.md",
        "metrics.md",
        "api.md",
        "public-api.md",
    }
    missing = [
        link
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
        if not (path.parent / link).exists()
        and not (Path(link).parent.name == "reference" and Path(link).name in generated)
        and not (path.parent.name == "reference" and link in generated)
    ]
    assert not missing, missing


def test_what_shows_a_provision_of_the_norm_is_there():
    text = (ROOT / "docs" / "en-303-645.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:tests|citysim)/[\w./]+|[A-Z]+\.md)`", text)
    assert len(named) > 30 and not [path for path in named if not (ROOT / path).is_file()]
    states = re.findall(r"^\| 5\.(\d+) [^|]+\| ([^|]+) \|", text, re.MULTILINE)
    assert [int(number) for number, _ in states] == list(range(1, 14))
    assert sum(state == "kept" for _, state in states) >= 10


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_lines_fit_the_screen(path):
    """But tables, and what a program printed."""
    text = path.read_text(encoding="utf-8")
    prose = re.sub(r"^ *```(?:text)?\n.*?^ *```", "", text, flags=re.M | re.S)
    long = [
        line[:60]
        for line in prose.splitlines()
        if len(line) > COLUMNS and not line.lstrip().startswith("|")
    ]
    assert not long, long


def _sources() -> list[Path]:
    code = [path for top in (*OURS, "tests") for path in (ROOT / top).rglob("*.py")]
    rest = [p for p in (ROOT / "deploy").rglob("*") if p.is_file()]
    return [*DOCUMENTS, *code, *rest, ROOT / "Makefile", ROOT / "pyproject.toml"]


def test_no_document_or_message_installs_a_package_that_is_not_ours():
    """`citybrain` on the public index is somebody else's."""
    ours = re.compile(
        r"-.*|(?:\.|open-citybrain)(?:\[[\w,${}]+\])?|requirements\.lock|/tmp/pins\.txt"
        r"|\{NODE\}|\$"  # the program that one model's source needs; a variable of make
    )
    wrong = []
    for path in _sources():
        if path.is_relative_to(ROOT / "tests"):
            continue
        text = path.read_text(encoding="utf-8")
        for line in re.findall(r"pip3? install ([^\n`#&;|(]+)", text):
            names = re.findall(r"""'[^']+'|"[^"]+"|\S+""", re.split(r" in the |\s{2,}", line)[0])
            wrong += [f"{_name(path)}: {n}" for n in names if not ours.fullmatch(n.strip("\"'"))]
        wrong += [f"{_name(path)}: {n}" for n in re.findall(r"(?<![-\w])citybrain\[[a-z]+", text)]
    assert wrong == []


def test_nothing_cites_a_page_that_is_not_in_the_repository():
    cited = [
        f"{_name(path)}: {found[0]}"
        for path in _sources()
        for found in ELSEWHERE.finditer(path.read_text(encoding="utf-8"))
    ]
    cited += [
        f"{_name(path)}: {page}"
        for path in _sources()
        for page in re.findall(r"\bdocs/[\w/-]+\.md", path.read_text(encoding="utf-8"))
        if not (ROOT / page).is_file()
    ]
    assert cited == []


def test_the_glossary_has_every_term_once_and_in_chinese():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|") and not line.startswith(("| term |", "|---"))
    ]
    terms = [row[0] for row in rows]
    assert len(terms) == len(set(terms)) > 100
    assert [row[0] for row in rows if not re.search(r"[\u4e00-\u9fff]", row[1]) or not row[2]] == []
