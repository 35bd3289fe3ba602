CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- what decided: a long name, and few of them
CREATE TABLE codes (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE records (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    code INTEGER NOT NULL REFERENCES codes (id),
    payload BLOB NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    commands_digest TEXT NOT NULL
) STRICT;

CREATE INDEX checkpoints ON records (seq) WHERE kind = 'checkpoint';

-- append-only by the engine too, not only by our good manners
CREATE TRIGGER records_never_change BEFORE UPDATE ON records
BEGIN
    SELECT raise(ABORT, 'the journal is append-only');
END;

-- but what is in an archive may go
CREATE TRIGGER records_never_go BEFORE DELETE ON records
WHEN OLD.seq > coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'base_seq'), 0)
BEGIN
    SELECT raise(ABORT, 'the journal is append-only');
END;

-- the texts of states that checkpoints name by their hash
CREATE TABLE texts (
    hash TEXT NOT NULL,
    part INTEGER NOT NULL,
    content BLOB NOT NULL,
    UNIQUE (hash, part)
) STRICT;

CREATE TABLE positions (
    peer TEXT PRIMARY KEY,
    next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE letters (
    peer TEXT NOT NULL,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    payload BLOB NOT NULL,
    PRIMARY KEY (peer, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE timers (
    timer TEXT PRIMARY KEY,
    due INTEGER NOT NULL,
    subject TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX timers_by_due ON timers (due, timer);
