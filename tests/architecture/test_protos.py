"""The committed stubs and API documents are what the protos give, and every field of the public API
says what it is."""

import json
import re
import subprocess
import sys

import pytest
from openapi_document.comments import comments, descriptors, include_paths
from openapi_document.document import DOCUMENTS, written


def test_committed_stubs_match_the_protos(project_root, tmp_path):
    protos = sorted((project_root / "protos").rglob("*.proto"))
    assert protos, "no protos found"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "grpc_tools.protoc",
            *(f"-I{path}" for path in include_paths(project_root)),
            f"--python_out={tmp_path}",
            f"--pyi_out={tmp_path}",
            f"--grpc_python_out={tmp_path}",
        ]
        + [str(p) for p in protos],
        cwd=project_root,
        check=True,
    )
    fresh = {
        p.relative_to(tmp_path).as_posix(): p.read_text() for p in sorted(tmp_path.rglob("*.py*"))
    }
    drifted = [
        name
        for name, text in fresh.items()
        if not (project_root / name).is_file() or (project_root / name).read_text() != text
    ]
    assert not drifted, f"run `make protos` and commit: {drifted}"


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_the_committed_description_of_the_api_matches_the_protos(project_root, name):
    committed = project_root / "citybrain" / "api" / "openapi" / f"{name}.json"
    fresh = written(project_root, name)
    assert committed.read_text(encoding="utf-8") == fresh, "run `make protos` and commit"
    document = json.loads(fresh)
    assert document["openapi"] == "3.1.0"
    ids = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(set(ids)) == len(ids)


def test_every_message_field_and_method_of_the_public_api_says_what_it_is(project_root):
    said = comments(descriptors(project_root))
    assert len(said) > 150
    assert [name for name, text in said.items() if not text.endswith((".", "]"))] == []


def test_a_set_of_the_public_api_is_a_string_whose_comment_lists_its_words(project_root):
    """An enum could never grow without a new version of every client."""
    files = descriptors(project_root)
    assert [m.name for file in files.file for m in file.message_type if m.enum_type] == []
    assert [e.name for file in files.file for e in file.enum_type] == []
    said = comments(files)
    listed = [name for name, text in said.items() if re.search(r"One of: \w+", text)]
    assert len(listed) > 20
