CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rows (
    seq INTEGER PRIMARY KEY,    -- of a gap marker: its first number
    last INTEGER NOT NULL,      -- of a gap marker: its last number, else seq
    priority INTEGER NOT NULL,  -- 5: a gap marker
    revision INTEGER NOT NULL,  -- grows with every row that is stored
    size INTEGER NOT NULL,      -- bytes that the row counts for against the cap
    version INTEGER NOT NULL,   -- of the payload's format
    payload BLOB NOT NULL
) STRICT;

CREATE INDEX rows_by_priority ON rows (priority, revision);

CREATE INDEX gaps_by_last ON rows (last) WHERE priority = 5;

CREATE TABLE request_positions (
    epoch TEXT PRIMARY KEY,
    contiguous INTEGER NOT NULL,  -- every request of the epoch up to this number was stored
    position INTEGER NOT NULL     -- the newest epoch has the highest
) STRICT, WITHOUT ROWID;

CREATE TABLE requests (
    request TEXT PRIMARY KEY,
    deadline INTEGER NOT NULL,
    version INTEGER NOT NULL,     -- of the payload's format
    payload BLOB NOT NULL
) STRICT, WITHOUT ROWID;
