"""Installed distributions on a folder of their own: entry points and modules, without installer."""

import sys
from pathlib import Path


def install(
    folder: Path,
    distribution: str,
    entry_points: str,
    modules: dict[str, str] | None = None,
    *,
    version: str = "1.0",
) -> None:
    """What an installer leaves behind in `folder`: metadata, entry points, files."""
    info = folder / f"{distribution.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text(entry_points, encoding="utf-8")
    for name, text in (modules or {}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def forget(folder: Path) -> None:
    """Drop every module that was imported from `folder`."""
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(str(folder)):
            del sys.modules[name]
