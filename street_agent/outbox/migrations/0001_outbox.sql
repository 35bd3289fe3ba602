CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rows (
    seq INTEGER PRIMARY KEY,  -- of a marker: its first number
    last INTEGER NOT NULL,    -- of a marker: its last number, else seq
    rank INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    size INTEGER NOT NULL,
    payload BLOB NOT NULL
) STRICT;

CREATE INDEX rows_by_rank ON rows (rank, turn);

CREATE INDEX markers_by_last ON rows (last) WHERE rank = 5;

CREATE TABLE asked (
    epoch TEXT PRIMARY KEY,
    contiguous INTEGER NOT NULL,
    turn INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE requests (
    request TEXT PRIMARY KEY,
    deadline INTEGER NOT NULL,
    payload BLOB NOT NULL
) STRICT, WITHOUT ROWID;
