"""Makes the builders of handcrafted histories importable as `citysim_story` (test folders are no packages)."""

import importlib.util
import sys
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location(
    "citysim_story", Path(__file__).with_name("story.py")
)
assert _SPEC is not None and _SPEC.loader is not None
_STORY = importlib.util.module_from_spec(_SPEC)
sys.modules["citysim_story"] = _STORY
_SPEC.loader.exec_module(_STORY)
