"""The checkout as the rules see it, read and parsed once a run."""

from pathlib import Path

import pytest
from archrules.tree import Tree, checkout


@pytest.fixture(scope="session")
def tree(project_root: Path) -> Tree:
    return checkout(project_root)
