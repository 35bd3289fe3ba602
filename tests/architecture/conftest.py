"""The tree as the architecture tests see it: every source file of ours, parsed once."""

import ast
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGES = ("citybrain", "street_agent", "district_node", "coordinator", "citysim", "models")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    path: Path  # relative to the project
    text: str
    tree: ast.Module

    @property
    def top(self) -> str:
        return self.path.parts[0]


def _is_generated(path: Path) -> bool:
    return path.parts[:3] == ("citybrain", "wire", "v1")


@pytest.fixture(scope="session")
def sources(project_root: Path) -> tuple[Source, ...]:
    """Every Python file of ours that git knows or does not ignore, generated stubs left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=project_root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    paths = sorted(
        Path(name)
        for name in set(listed)
        if (project_root / name).is_file() and not _is_generated(Path(name))
    )
    texts = [(path, (project_root / path).read_text(encoding="utf-8")) for path in paths]
    return tuple(Source(path=path, text=text, tree=ast.parse(text)) for path, text in texts)
