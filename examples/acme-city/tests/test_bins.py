"""The scene pack is whole, and found by its name."""

from pathlib import Path

from citybrain.pack.load import load_packs, resolve_folders
from citybrain.pack.problems import Problems


def test_the_pack_is_found_by_its_name_and_is_whole():
    problems = Problems()
    folders = resolve_folders(["bins"], Path("nowhere"), problems)
    problems.raise_any("bins")
    packs = load_packs(folders)
    assert packs.packs[1].name == "bins"
    assert packs.words["kind.bin_overfull"] == {"en": "Overfull bin", "zh": "垃圾桶满溢"}
