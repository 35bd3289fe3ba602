"""One law per file: `check(history) -> LawReport`. The table of the laws is `laws.table`."""
