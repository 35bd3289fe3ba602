"""The generated reference: complete, and every configuration key has a meaning."""

import pytest
from mkdocs.config import load_config

from citybrain.kinds import BUILT_IN_EVENT_KINDS
from street_agent.scene.rules.table import RULE_KINDS


@pytest.fixture(scope="module")
def reference(project_root):
    """The hook that generates the pages, as mkdocs loads it."""
    return load_config(str(project_root / "mkdocs.yml"))["hooks"]["docs/hooks/reference.py"]


@pytest.fixture(scope="module")
def page(reference, project_root):
    return lambda name: reference.PAGES[f"reference/{name}.md"](project_root)


def test_every_configuration_key_has_a_meaning(reference):
    configuration = reference.configuration
    silent = [
        f"{model.__name__}.{name}"
        for model in configuration.sections()
        for name in model.model_fields
        if not configuration.meaning(model, name)
    ]
    assert silent == [], "write a docstring below each of these fields"


def test_the_configuration_page_shows_tables_limits_and_defaults(page):
    text = page("configuration")
    for expected in (
        "### `[[camera]]`",
        "kind `loitering`",
        "`time_s` | number, > 0, ≤ 86400 | required",
        "`port` | a port from 1 to 65535 |  | Port of the broker",
        "`port` | a port from 1 to 65535, or 0 for none | `0`",
        "### `[[needs]]`",
        "`promise_ttl_s`",
    ):
        assert expected in text


def test_every_command_is_on_its_page(reference, page):
    text = page("commands")
    names = [path for path, _ in reference.commands.commands()]
    assert len(names) > 40
    assert [name for name in names if f"# `{name}`\n" not in text] == []


def test_every_built_in_kind_is_on_its_page_with_the_rule_that_reports_it(page):
    text = page("kinds")
    assert [kind for kind in BUILT_IN_EVENT_KINDS if f"| `{kind}` |" not in text] == []
    assert [name for name in RULE_KINDS if f"| `{name}` |" not in text] == []
    for expected in ("at most 128 characters", "at most 64 characters", "越线", "`unknown`"):
        assert expected in text


def test_every_limit_is_on_its_page_whole(reference, page, project_root):
    text = page("limits")
    found = [
        limit
        for tier in reference.limits.TIERS
        for _, limit in reference.limits.limits(project_root, tier)
    ]
    assert len(found) > 60
    assert [limit.name for limit in found if f"| `{limit.name}` |" not in text] == []
    assert all(limit.value > 0 and limit.unit and limit.reason and limit.fate for limit in found)


def test_every_metric_is_on_its_page(page):
    text = page("metrics")
    for name in ("journal_commits", "street_outbox_rows", "district_link_up", "city_plans"):
        assert f"`citybrain_{name}`" in text


def test_every_message_and_service_is_on_the_page_and_says_what_it_is(
    reference, page, project_root
):
    text, silent, count = page("api"), [], 0
    for proto in sorted((project_root / reference.api.PROTOS).glob("*.proto")):
        declared = proto.read_text(encoding="utf-8")
        about, entries = reference.api.parse(declared)
        assert about, f"{proto.name} does not say what it holds"
        lines = sum(
            line.startswith(("message ", "enum ", "service ")) for line in declared.splitlines()
        )
        assert len(entries) == lines, proto.name
        for entry in entries:
            count += 1
            assert f"#### {entry.sort} {entry.name}\n" in text
            is_documented = entry.comment or any(comment for _, _, comment in entry.lines)
            silent += [] if is_documented else [f"{proto.name}: {entry.name}"]
    assert count > 40
    assert silent == [], "write a comment above each of these"
