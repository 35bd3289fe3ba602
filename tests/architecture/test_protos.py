"""The committed stubs are what the protos give."""

import subprocess
import sys


def test_committed_stubs_match_the_protos(project_root, tmp_path):
    protos = sorted((project_root / "protos").rglob("*.proto"))
    assert protos, "no protos found"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "grpc_tools.protoc",
            "-I",
            "protos",
            f"--python_out={tmp_path}",
            f"--pyi_out={tmp_path}",
            f"--grpc_python_out={tmp_path}",
        ]
        + [str(p.relative_to(project_root)) for p in protos],
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
