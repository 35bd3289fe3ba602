CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- one row a token that was given out; of its secret there is a hash alone
CREATE TABLE tokens (
    secret_hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    hosts TEXT NOT NULL,
    replaces TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    withdrawn_at INTEGER,
    used_at INTEGER,
    serial TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX tokens_by_name ON tokens (name);

-- one row a certificate that was issued
CREATE TABLE certificates (
    serial TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    certificate BLOB NOT NULL,
    hosts TEXT NOT NULL,
    revoked_at INTEGER,
    reason TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE INDEX certificates_by_name ON certificates (name, valid_until);
