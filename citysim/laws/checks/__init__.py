"""One law a file: `check(history) -> LawReport`. The table of them is `laws.table`."""
