"""Every text of the consoles exists in both languages, and no page uses a key that is not
there.
"""

import re
from enum import StrEnum
from pathlib import Path

import pytest

import coordinator.web.app as city
import district_node.web.app as district
from citybrain import kinds, vocabulary
from citybrain.api.problem_types import PROBLEM_TYPES
from citybrain.domain.console import UnitVerb
from citybrain.domain.plan import PlanStage
from citybrain.pack.load import built_in
from citybrain.vocabulary import SlotState
from citybrain.web import translations
from coordinator.api.open_needs import NO_PLAN, OWN_CREWS, PLANNING
from district_node.cores.agents.standings import OUTBOX_WAITS
from district_node.cores.enrolment import EXPIRED, NOT_ENROLLED, REVOKED

ROOT = Path(translations.__file__).parents[2]
SHARED = ROOT / "citybrain" / "web"
CONSOLES = {
    "district": (district.HERE, translations.load(district.HERE / "translations.json")),
    "city": (city.HERE, translations.load(city.HERE / "translations.json")),
}
FAMILIES = {  # family of keys → the set that it must cover
    "severity": vocabulary.Severity,
    "urgency": vocabulary.Urgency,
    "certainty": vocabulary.Certainty,
    "event": kinds.BUILT_IN_EVENT_KINDS,
    "phase": vocabulary.Phase,
    "visibility": vocabulary.Visibility,
    "stage": vocabulary.IncidentStage,
    "order": vocabulary.OrderStage,
    "unit": vocabulary.UnitState,
    "duty": vocabulary.Duty,
    "means": vocabulary.RefusalClass,
    "unit_verb": UnitVerb,
    "out": vocabulary.OutCause,
    "slot": SlotState,
    "step": vocabulary.OrderStep,
    "verdict": vocabulary.OrderVerdict,
    "verification": vocabulary.VerificationVerdict,
    "crew": vocabulary.CrewAction,
    "verb": vocabulary.OperatorVerb,
    "disposition": vocabulary.Disposition,
    "finding": vocabulary.Finding,
    "plan": PlanStage,
    "standing": (NOT_ENROLLED, REVOKED, EXPIRED, OUTBOX_WAITS),
    "reason": tuple(kind.reason for kind in PROBLEM_TYPES),
}
REQUESTS = re.compile(
    r"""\bt\(\s*["']([a-z]+\.[a-z_0-9]+)["']|data-i18n(?:-\w+)?="([a-z]+\.[a-z_0-9]+)"|["'](why\.\w+|cannot\.\w+)["']"""
)


@pytest.mark.parametrize("console", sorted(CONSOLES))
def test_every_key_has_a_text_in_every_language(console):
    _, table = CONSOLES[console]
    incomplete = [
        key
        for key, texts in table.items()
        if sorted(texts) != sorted(translations.LANGUAGES)
        or not all(text.strip() for text in texts.values())
    ]
    assert incomplete == []


@pytest.mark.parametrize("console", sorted(CONSOLES))
def test_both_texts_of_a_key_have_the_same_placeholders(console):
    _, table = CONSOLES[console]
    placeholders = {
        key: {lang: sorted(set(re.findall(r"\{(\w+)\}", text))) for lang, text in texts.items()}
        for key, texts in table.items()
    }
    assert {key: found for key, found in placeholders.items() if found["en"] != found["zh"]} == {}


# what stands behind a number there is no word that counts, or there are two at least
NO_COUNT = {"plan.cross", "unwitnessed.many", "side.rate"}


@pytest.mark.parametrize("console", sorted(CONSOLES))
def test_a_word_that_counts_knows_one_and_many(console):
    """`{n} {n|order|orders}`: no page says "1 orders"."""
    _, table = CONSOLES[console]
    plural_only = {
        key
        for key, texts in table.items()
        if re.search(r"\{(?:n|all|orders|incidents)\} [a-z]{3,}s\b", texts["en"])
    }
    assert plural_only - NO_COUNT == set()


def test_every_reason_that_somebody_waits_has_words_and_what_can_be_done():
    _, table = CONSOLES["city"]
    codes = {OWN_CREWS, PLANNING, NO_PLAN, "no_unit", "too_far", "outbid", "refused"}
    codes.add("district_offline")
    for family in ("why_open", "todo"):
        keys = {key.partition(".")[2] for key in table if key.startswith(f"{family}.")}
        assert keys == codes, family


@pytest.mark.parametrize("family", sorted(FAMILIES))
@pytest.mark.parametrize("console", sorted(CONSOLES))
def test_every_value_of_the_vocabulary_has_a_text(console, family):
    _, table = CONSOLES[console]
    assert [value for value in FAMILIES[family] if f"{family}.{value}" not in table] == []


def test_every_closed_set_of_the_vocabulary_is_covered():
    sets = {
        kind
        for kind in vars(vocabulary).values()
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
    }
    assert sets - {covered for covered in FAMILIES.values() if isinstance(covered, type)} == set()


def test_every_saga_stage_of_the_city_has_a_text():
    from coordinator.cores.order_saga import SagaStage

    assert [stage for stage in SagaStage if f"saga.{stage}" not in CONSOLES["city"][1]] == []


@pytest.mark.parametrize("console", sorted(CONSOLES))
def test_every_key_that_a_page_uses_has_a_text(console):
    folder, table = CONSOLES[console]
    sources = [
        path for root in (folder, SHARED) for path in (*root.rglob("*.html"), *root.rglob("*.js"))
    ]
    asked = {
        next(filter(None, found))
        for path in sources
        for found in REQUESTS.findall(path.read_text("utf-8"))
    }
    assert len(asked) > 40
    assert sorted(asked - set(table)) == []


@pytest.mark.parametrize(
    ("name", "en", "zh"),
    [
        ("Patrol 1 巡逻一队", "Patrol 1", "巡逻一队"),
        ("Riverside / 滨江区", "Riverside", "滨江区"),
        ("Patrol 1", "Patrol 1", "Patrol 1"),
        ("巡逻一队", "巡逻一队", "巡逻一队"),
        ("巡逻 A 队", "巡逻 A 队", "巡逻 A 队"),
    ],
)
def test_a_page_shows_its_language_s_half_of_a_bilingual_name(name, en, zh):
    assert translations.in_language(name, "en") == en
    assert translations.in_language(name, "zh") == zh


def test_a_key_that_stands_in_two_tables_is_named(tmp_path):
    double = tmp_path / "translations.json"
    double.write_text('{"severity.Minor": {"en": "small", "zh": "小"}}', "utf-8")
    with pytest.raises(
        ValueError, match=r"translations\.json: 'severity\.Minor' is in another table"
    ):
        translations.load(double)


@pytest.mark.parametrize("console", sorted(CONSOLES))
def test_packs_bring_words_and_replace_none(console):
    table = translations.with_words(
        CONSOLES[console][1],
        {
            "kind.bin_full": {"en": "Bin full", "zh": "垃圾满溢"},
            "reason.busy": {"en": "no", "zh": "不"},
        },
    )
    assert table["kind.bin_full"] == {"en": "Bin full", "zh": "垃圾满溢"}
    assert table["reason.busy"] == CONSOLES[console][1]["reason.busy"]


@pytest.mark.parametrize("console", sorted(CONSOLES))
def test_a_console_without_other_packs_shows_the_words_of_the_street(console):
    table = translations.with_words(CONSOLES[console][1], built_in().words)
    assert table["kind.crowding"]["zh"] == "人群聚集"
    assert table["capability.pump"]["zh"] == "排水"


def test_every_step_that_the_city_counts_has_a_text():
    assert [
        step
        for step in vocabulary.OrderStep
        if step != "unknown" and f"count.requested_{step}" not in CONSOLES["city"][1]
    ] == []
