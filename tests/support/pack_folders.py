"""Scene packs written into a folder, for tests: a small whole one, and the same with changes."""

from pathlib import Path

LIFTS = {
    "pack.toml": """
name = "lifts"
version = "1.0.0"
title = { en = "Lifts", zh = "电梯" }
[needs]
rules = ["sensor_threshold"]
capabilities = ["lift_rescue"]
""",
    "kinds/lift_entrapment.toml": """
kind = "lift_entrapment"
grid = "事件/突发事件"
[[needs]]
capability = "lift_rescue"
within_s = 900.0
[closes]
self_clear = "crew"
""",
    "assets.toml": """
[lift.fields.address]
type = "text"
example = "lift.csv"
[lift.fields.stuck_s]
type = "number"
unit = "s"
low = 1
high = 3600
example = 30
[lift.fields.company]
type = "choice"
choices = ["schindel", "ottis"]
example = "ottis"
required = false
[lift.sensor]
source = "${asset.address}"
""",
    "rules/lift_stuck.toml": """
asset = "lift"
[rule]
id = "stuck"
incident_kind = "lift_entrapment"
severity = "Severe"
above = 0.5
below = 0.5
hold_s = "${asset.stuck_s}"
""",
    "words/en.toml": """
[kind]
lift_entrapment = "People stuck in a lift"
[capability]
lift_rescue = "lift rescue"
[rule]
lift_stuck = "Lift stuck"
[asset]
lift = "Lift"
[field.lift]
address = "Address of the contact"
stuck_s = "Seconds until it counts as stuck"
company = "Company"
[choice.lift.company]
schindel = "Schindel"
ottis = "Ottis"
""",
    "words/zh.toml": """
[kind]
lift_entrapment = "电梯困人"
[capability]
lift_rescue = "电梯救援"
[rule]
lift_stuck = "电梯停滞"
[asset]
lift = "电梯"
[field.lift]
address = "触点地址"
stuck_s = "视为停滞的秒数"
company = "维保公司"
[choice.lift.company]
schindel = "信达"
ottis = "奥蒂"
""",
    "life.toml": """
[[crew]]
capabilities = ["lift_rescue"]
speed_mps = [5.0, 8.0]
[[kind]]
kind = "lift_entrapment"
rule = "lift_stuck"
asset = { stuck_s = 2 }
by_hour = [0.2, 0.1, 1.0, 1.5, 1.2, 1.0, 1.5, 0.8]
severities = { Severe = 1.0 }
self_clearing_share = 0.1
duration_s = 300.0
reach_m = 120.0
sensor = { resting = 0.0, alarm = 1.0 }
""",
}


def write_pack(folder: Path, files: dict[str, str] | None = None, **changed: str) -> Path:
    """`files` (the lifts) below `folder`; `changed` maps a file, "/" as "__" and "." as "_", to
    another text. "" leaves the file out.
    """
    for name, text in (files or LIFTS).items():
        text = changed.get(name.replace("/", "__").replace(".", "_"), text)
        if text:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return folder


def write_kind(folder: Path, playbook: str, *, capability: str = "patrol") -> Path:
    """A pack named as `folder` that holds one kind: the text of its file, whole."""
    kind = next(line for line in playbook.splitlines() if line.startswith("kind"))
    kind = kind.split('"')[1]
    return write_pack(
        folder,
        {
            "pack.toml": f'name = "{folder.name}"\nversion = "1.0.0"\n'
            'title = { en = "A", zh = "甲" }\n'
            f'[needs]\ncapabilities = ["{capability}"]\n',
            f"kinds/{folder.name}.toml": playbook,
            "words/en.toml": f'[kind]\n"{kind}" = "{kind} in English"\n',
            "words/zh.toml": f'[kind]\n"{kind}" = "{kind} 中文"\n',
        },
    )
