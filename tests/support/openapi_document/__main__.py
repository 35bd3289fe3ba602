"""Run by `make protos`: writes `citybrain/api/openapi/*.json`."""

from pathlib import Path

from openapi_document.document import DOCUMENTS, written

ROOT = Path(__file__).resolve().parents[3]

for name in DOCUMENTS:
    path = ROOT / "citybrain" / "api" / "openapi" / f"{name}.json"
    path.write_text(written(ROOT, name), encoding="utf-8")
