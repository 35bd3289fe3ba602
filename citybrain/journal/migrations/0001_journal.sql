CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE records (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    payload BLOB NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    commands_digest TEXT NOT NULL
) STRICT;

-- append-only by the engine too, not only by our good manners
CREATE TRIGGER records_never_change BEFORE UPDATE ON records
BEGIN
    SELECT raise(ABORT, 'the journal is append-only');
END;

CREATE TRIGGER records_never_go BEFORE DELETE ON records
BEGIN
    SELECT raise(ABORT, 'the journal is append-only');
END;

CREATE TABLE positions (
    peer TEXT PRIMARY KEY,
    next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE letters (
    peer TEXT NOT NULL,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
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

CREATE TABLE snapshots (
    seq INTEGER PRIMARY KEY,
    payload BLOB NOT NULL,
    hash TEXT NOT NULL
) STRICT;
