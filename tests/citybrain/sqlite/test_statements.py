"""SQL is kept in files: named queries are found, migrations are numbered without holes."""

import pytest

from citybrain.sqlite.statements import migrations, named_queries

QUERIES = ["citybrain.journal", "street_agent.outbox"]


@pytest.mark.parametrize("package", QUERIES)
def test_every_query_has_a_name_and_a_text(package):
    queries = named_queries(package, "sqlite.sql")
    assert len(queries) > 10
    assert all(
        name.isidentifier() and sql and not sql.endswith(";") for name, sql in queries.items()
    )


@pytest.mark.parametrize("package", QUERIES)
def test_migrations_run_from_one_without_holes(package):
    steps = migrations(f"{package}.migrations")
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    assert all(step.sql.strip() for step in steps)


@pytest.mark.parametrize(
    ("package", "table"), [("citybrain.journal", "records"), ("street_agent.outbox", "rows")]
)
def test_every_query_fits_the_schema(package, table, tmp_path):
    from citybrain.sqlite.owned_file import open_owned

    lock, connection = open_owned(tmp_path / "x.db", schema=f"{package}.migrations")
    assert connection.execute(
        "SELECT count(*) FROM sqlite_schema WHERE name = ?", (table,)
    ).fetchall() == [(1,)]
    for sql in named_queries(package, "sqlite.sql").values():
        connection.execute(
            f"EXPLAIN {sql}", (None,) * max(sql.count("?"), 0) if "?1" not in sql else (None, None)
        )
    connection.close()
    lock.release()
