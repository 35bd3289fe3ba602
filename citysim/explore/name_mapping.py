"""Names that were made of record numbers, translated between a model and production."""

import re


class NameMapping:
    """Which record number of a production journal stands for which of the model, by node."""

    def __init__(self) -> None:
        self._to_production: dict[tuple[str, str], str] = {}
        self._to_model: dict[tuple[str, str], str] = {}

    def learn(self, owner: str, in_model: int, in_production: int) -> None:
        self._to_production[owner, str(in_model)] = str(in_production)
        self._to_model[owner, str(in_production)] = str(in_model)

    def to_production(self, text: str) -> str:
        return _renumbered(text, self._to_production)

    def to_model(self, text: str) -> str:
        return _renumbered(text, self._to_model)


def _renumbered(text: str, table: dict[tuple[str, str], str]) -> str:
    """`text` with the record numbers in all derived ids (inc-, order-, book-, plan-) replaced."""
    owners = "|".join(re.escape(owner) for owner in sorted({owner for owner, _ in table}))
    if not owners:
        return text
    return re.sub(
        rf"(?<=inc-|der-|ook-|lan-)({owners})-(\d+)",
        lambda name: f"{name[1]}-{table.get((name[1], name[2]), 'unknown' + name[2])}",
        text,
    )
