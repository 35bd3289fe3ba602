"""The bounds of packs and asset files: value, unit, reason, fate."""

from citybrain.limits import Limit

PACK_FILES = Limit(
    name="pack_files",
    value=1_000,
    unit="files of one pack",
    reason="a scene has a handful of kinds and rules; more is another folder",
    fate="the pack is refused",
)
ASSET_FILE_BYTES = Limit(
    name="asset_file_bytes",
    value=64 * 1024 * 1024,
    unit="bytes of one asset file",
    reason="100,000 rows of 600 bytes",
    fate="the file is refused",
)
ASSET_ROWS = Limit(
    name="asset_rows",
    value=100_000,
    unit="rows of one asset file",
    reason="what one city registers of one thing, generously",
    fate="the file is refused; the rows beyond are not looked at",
)
ASSETS = Limit(
    name="assets",
    value=20_000,
    unit="assets of one district",
    reason="they are state, and every start journals them: 20,000 take about 5 MB",
    fate="the configuration is refused",
)
LISTED_PROBLEMS = Limit(
    name="listed_problems",
    value=200,
    unit="problems of one file",
    reason="more than a person reads; a wrong column is wrong in every row",
    fate="the rest is counted",
)
