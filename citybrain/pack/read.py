"""Reads one pack's folder into a `Pack`, with every problem of all its files. What a tier reads by
itself (kinds, life, the keys of a rule) is handed over as it stands.
"""

import os
from collections.abc import Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from citybrain.config.load import parse, read_toml
from citybrain.kinds import INCIDENT_KIND_FORM, UNKNOWN_KIND, is_incident_kind
from citybrain.localized_name import LocalizedName
from citybrain.pack.asset import AssetKind, AssetKindName
from citybrain.pack.assets.kinds import read_asset_kinds
from citybrain.pack.digest import digest_of
from citybrain.pack.identity import PackIdentity
from citybrain.pack.limits import PACK_FILES
from citybrain.pack.pack import KindTable, Pack, PackNeeds, RuleTemplate, Table
from citybrain.pack.problems import Problems
from citybrain.pack.render import check_template
from citybrain.pack.sections import PackFile, RuleFile
from citybrain.pack.words import LANGUAGES, read_words, require_words, words_file

MANIFEST, ASSETS, LIFE = "pack.toml", "assets.toml", "life.toml"
KINDS, RULES = "kinds", "rules"
# below a pack's folder, and no part of the pack
IGNORED = frozenset(("__pycache__", "README.md"))


def read_pack(folder: Path, problems: Problems, *, others: Sequence[AssetKind] = ()) -> Pack | None:
    """The pack in `folder`, with every problem of its files in `problems`; None where it could not
    be made. `others`: asset kinds of other packs, which its rules may be about.
    """
    tables, code = _tables(folder, problems)
    manifest = _manifest(folder, tables, problems)
    asset_kinds, sources = read_asset_kinds(
        ASSETS, tables.get(ASSETS, {}), manifest.name if manifest else folder.name, problems
    )
    kinds = tuple(_kinds(tables, problems))
    rules = tuple(_rules(tables, (*others, *asset_kinds), problems))
    words = read_words({lang: tables.get(words_file(lang), {}) for lang in LANGUAGES}, problems)
    require_words(words, _shown(kinds, asset_kinds, rules), problems)
    if manifest is None:
        return None
    return Pack(
        identity=PackIdentity(
            name=manifest.name, version=manifest.version, digest=digest_of(tables, code)
        ),
        folder=folder,
        title=LocalizedName(en=manifest.title.en, zh=manifest.title.zh),
        needs=PackNeeds(rules=manifest.needs.rules, capabilities=manifest.needs.capabilities),
        kinds=kinds,
        rules=rules,
        sources=sources,
        asset_kinds=asset_kinds,
        words=words,
        life=tables.get(LIFE, {}),
    )


def _tables(folder: Path, problems: Problems) -> tuple[dict[str, Table], dict[str, Path]]:
    """The parsed TOML files and the code, by their path below `folder`."""
    tables: dict[str, Table] = {}
    code: dict[str, Path] = {}
    if not is_folder(folder):
        problem = f"there is no such folder ({ascii(str(folder))[1:300]})"
        problems.add("", "", problem, "Make it with `citybrain pack new NAME`.")
        return tables, code
    found = (p for p in folder.rglob("*") if _is_content(p, folder))
    paths = list(islice(found, PACK_FILES.value + 1))
    if len(paths) > PACK_FILES.value:
        problem = f"it has more than {PACK_FILES.value} files"
        problems.add("", "", problem, "Give the folder of one pack.")
        return tables, code
    for path in sorted(paths):
        file = path.relative_to(folder).as_posix()
        if not _is_known(file):
            problems.add(
                file if file.isprintable() else ascii(file),
                "",
                "a pack has no such file",
                "It has pack.toml, assets.toml, life.toml, kinds/*.toml, rules/*.toml,"
                " words/en.toml and words/zh.toml, and Python files.",
            )
        elif not (path.is_file() and os.access(path, os.R_OK)):
            problems.add(file, "", "it is no file that can be read", "Put the file itself there.")
        elif path.suffix == ".py":
            code[file] = path
        elif (table := problems.of(file, partial(read_toml, path))) is not None:
            tables[file] = table
    return tables, code


def is_folder(path: Path) -> bool:
    """Whether there is a folder; no path is an error."""
    try:
        return path.is_dir()
    except (OSError, ValueError):  # a name too long for the disk, or with a NUL character
        return False


def _is_content(path: Path, folder: Path) -> bool:
    """Whether it is a part of the pack, or stands where one would: whatever is called like a file,
    and whatever is neither a file nor a folder (a link to nothing, a pipe).
    """
    parts = path.relative_to(folder).parts
    if any(part in IGNORED or part.startswith(".") for part in parts):
        return False
    return path.suffix in {".toml", ".py"} or not path.is_dir()


def _is_known(file: str) -> bool:
    if not file.isprintable():  # bytes that are no UTF-8 among them
        return False
    top, _, rest = file.partition("/")
    if file.endswith(".py"):
        return True
    if not rest:
        return file in {MANIFEST, ASSETS, LIFE}
    if top == "words":
        return file in {words_file(language) for language in LANGUAGES}
    return top in {KINDS, RULES} and rest.endswith(".toml") and "/" not in rest


def _manifest(folder: Path, tables: dict[str, Table], problems: Problems) -> PackFile | None:
    if MANIFEST not in tables:
        if is_folder(folder) and not os.path.lexists(folder / MANIFEST):
            problems.add(MANIFEST, "", "it is missing", "Write it: name, version and title.")
        return None
    manifest = problems.of(MANIFEST, lambda: parse(tables[MANIFEST], PackFile, name=MANIFEST))
    if manifest is not None and manifest.name != folder.name:
        problems.add(
            MANIFEST,
            "name",
            f"it is {manifest.name!r}, and the folder is {folder.name!r}",
            "Give both one name.",
        )
    return manifest


def _kinds(tables: dict[str, Table], problems: Problems) -> list[KindTable]:
    found: dict[str, KindTable] = {}
    for file, table in tables.items():
        kind = table.get("kind")
        if not file.startswith(f"{KINDS}/"):
            continue
        if not isinstance(kind, str) or not is_incident_kind(kind):
            what = "it is missing" if kind is None else f"{str(kind)[:60]!r} does not fit"
            problems.add(file, "kind", what, f"Use {INCIDENT_KIND_FORM}.")
            continue
        if kind == UNKNOWN_KIND:
            remedy = "It stands for kinds that no pack knows: use another name."
            problems.add(file, "kind", f"{kind!r} is built in", remedy)
        if kind in found:
            problems.add(
                file, "kind", f"{found[kind].file} is about {kind} too", "Keep one of the two."
            )
        found[kind] = KindTable(file=file, kind=kind, table=table)
    return list(found.values())


def _rules(
    tables: dict[str, Table], asset_kinds: tuple[AssetKind, ...], problems: Problems
) -> list[RuleTemplate]:
    by_name = {kind.kind: kind for kind in asset_kinds}
    found = []
    for file, table in tables.items():
        if not file.startswith(f"{RULES}/"):
            continue
        rule = problems.of(file, partial(parse, table, RuleFile, name=file))
        if rule is None:
            continue
        kind = by_name.get(AssetKindName(rule.asset))
        if kind is None:
            problems.add(
                file,
                "asset",
                f"{ASSETS} has no kind {rule.asset!r}",
                f"Use one of {', '.join(by_name) or 'those that you add there'}.",
            )
            continue
        if not kind.source:
            problems.add(
                file,
                "asset",
                f"nothing watches a {rule.asset}",
                f"Add [{rule.asset}.camera] or [{rule.asset}.sensor] to {ASSETS}.",
            )
        check_template(file, "rule", rule.rule, kind, problems)
        name = file.removeprefix(f"{RULES}/").removesuffix(".toml")
        found.append(RuleTemplate(file=file, name=name, asset=kind.kind, table=rule.rule))
    return found


def _shown(
    kinds: tuple[KindTable, ...],
    asset_kinds: tuple[AssetKind, ...],
    rules: tuple[RuleTemplate, ...],
) -> list[str]:
    """The keys of the words that screens need of this pack."""
    keys = [f"kind.{kind.kind}" for kind in kinds]
    keys += [f"rule.{rule.name}" for rule in rules]
    for asset_kind in asset_kinds:
        keys.append(f"asset.{asset_kind.kind}")
        for field in asset_kind.fields:
            keys.append(f"field.{asset_kind.kind}.{field.name}")
            keys += [f"choice.{asset_kind.kind}.{field.name}.{c}" for c in field.choices]
    return keys
