"""Every text whose key a page makes of a code has both languages: the codes are taken from the
sources that they come from, and a family that nobody accounts for is named.
"""

import re

import pytest

import coordinator.web.app as city
import district_node.web.app as district
from citybrain import conditions, vocabulary
from citybrain.bus.refusals import BusRefusal
from citybrain.domain.console import AgentVerb
from citybrain.domain.report import Reporter
from citybrain.web import translations
from district_node.cores.incidents.contribution import SourceType, VerificationMethod

SHARED = translations.SHARED.parent
TABLES = {
    tier.HERE: translations.load(tier.HERE / "translations.json") for tier in (district, city)
}
PREFIX = re.compile(r"\bt\(`([a-z_]+(?:\.[a-z_]+)*)\.\$\{|codeText\(\s*\"([a-z_]+)\"")

REFUSED = re.compile(r'ActionRefusal\(\s*reason="(\w+)"')
I18N = (SHARED / "static" / "i18n.js").read_text("utf-8")

# kinds, abilities and rules are of packs and of configurations; a page shows such a code as it is
OPEN = {"kind", "capability", "rule_id", "scene", "actor", "reason", "count"}


def script(name):
    return (district.HERE / "static" / name).read_text("utf-8")


def keys_of(name, table):
    """The keys of the object `table` in a script of the district's pages."""
    rest = script(name).split(f"const {table} = {{", 1)[1]
    depth, body = 0, ""
    for char in rest:
        depth += (char in "{[(") - (char in "}])")
        if depth < 0:
            break
        body += char if depth == 0 else ""
    return re.findall(r"(?:^|,|\n)\s*(\w+):", body)


def list_of(name, table):
    return re.findall(r'"(\w+)"', re.search(rf"const {table} = \[(.*?)\]", script(name))[1])


def literals_of(path, function):
    """What a function of a source returns in words of its own."""
    source = (SHARED.parents[1] / path).read_text("utf-8")
    body = re.search(rf"\ndef {function}\(.*?\n(?=\n\n\S|\Z)", source, re.DOTALL)[0]
    return set(re.findall(r'(?:return|if|else) "(\w+)"', body))


INCIDENT = "district_node/cores/incidents/incident.py"
WAITS = literals_of(INCIDENT, "waits_for") | literals_of(INCIDENT, "_verifier")
ASKS = keys_of("more_verbs.js", "ASKS")
FIELDS = set(keys_of("more_verbs.js", "FIELDS")) - {"place"}  # a map says what it is
SECOND = keys_of("verb_press.js", "SECOND_PRESS")

# family → what stands behind its point
OF_DISTRICT = {
    "tab": keys_of("queue_filters.js", "WAITS"),
    "turn": WAITS,
    "waits": WAITS,
    "more": ASKS,
    "field": FIELDS,
    "ask": [*keys_of("verb_press.js", "PRESETS"), *SECOND],
    "file": ["missing", "damaged", "redacted"],
    "playbook": list_of("case_playbook.js", "TEXTS"),
    "crewpage": list_of("crew_advice.js", "LINES"),
    "reporter": list_of("report_form.js", "REPORTERS") + list(Reporter),
    "source": SourceType,
    "verify": VerificationMethod,
    "overdue": ["accept", "depart", "arrive", "finish"],
    "link": ["city", "broker"],
    "link_problem": BusRefusal,
    "reading": ["bare", "now"],
    "count": ["bare", "now"],
    "out": vocabulary.OutCause,
    "agent": AgentVerb,
}
CITY_TABLE = (city.HERE / "static" / "district_table.js").read_text("utf-8")
WRONG = CITY_TABLE.split("const wrongWith", 1)[1].split(".filter", 1)[0]
OF_CITY = {
    "districts": re.findall(r'\["(\w+)", sources', WRONG),
    "plan": ["issue", "reject"],
    "planner": ["ray", "in-process"],
    "by": ["ray", "in-process"],
    "solver": ["assignment", "greedy"],
}
OF_BOTH = {
    "condition": conditions.ConditionCode,
    "page.bearing": ["n", "ne", "e", "se", "s", "sw", "w", "nw"],
}
CODES = {district.HERE: OF_DISTRICT | OF_BOTH, city.HERE: OF_CITY | OF_BOTH}
# enumerated by test_translations
VOCABULARY = set(
    "severity urgency certainty stage order unit duty means unit_verb slot visibility saga verb "
    "disposition finding plan standing verdict".split()
)
ELSEWHERE = {"why_open", "todo", "clock"} | VOCABULARY


@pytest.mark.parametrize("tier", [district, city])
def test_every_code_that_a_page_makes_a_key_of_has_a_text(tier):
    missing = [
        f"{family}.{code}"
        for family, codes in CODES[tier.HERE].items()
        for code in codes
        if f"{family}.{code}" not in TABLES[tier.HERE]
    ]
    assert missing == []


@pytest.mark.parametrize("tier", [district, city])
def test_every_family_of_keys_that_a_script_makes_is_accounted_for(tier):
    found = {
        next(filter(None, match))
        for root in (tier.HERE, SHARED)
        for path in root.rglob("*.js")
        for match in PREFIX.findall(path.read_text("utf-8"))
    }
    assert len(found) > 10
    assert found - set(CODES[tier.HERE]) - OPEN - ELSEWHERE == set()


def test_every_refusal_of_the_desk_has_a_text_and_those_that_say_all_exist():
    """`reason` of i18n.js finds a code in any of its families; what stands behind its point is a
    value of another family."""
    root = SHARED.parents[1] / "district_node"
    refused = {
        code for path in root.rglob("*.py") for code in REFUSED.findall(path.read_text("utf-8"))
    }
    assert len(refused) > 60
    table = TABLES[district.HERE]
    families = re.findall(
        r'^  "(\w+)",$', I18N.split("FAMILIES = [")[1].split("]")[0], re.MULTILINE
    )
    assert [c for c in sorted(refused) if not any(f"{f}.{c}" in table for f in families)] == []
    actions = (SHARED / "static" / "actions.js").read_text("utf-8")
    said = set(re.findall(r'"(\w+)"', actions.split("SAYS_ALL = new Set([")[1].split("]")[0]))
    assert said - refused == set()


def test_no_code_is_read_from_a_table_that_is_empty():
    assert {"person", "crew", "city", "camera", "sensor", "area"} <= WAITS
    assert min(map(len, (ASKS, FIELDS, SECOND, OF_DISTRICT["tab"], OF_DISTRICT["ask"]))) > 1
