-- one row a person; `key` is the name as it is compared
CREATE TABLE accounts (
    key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- one row a session that stands; of its id there is a hash alone. `unit`: of a crew's device, its
-- unit; of a person's session "", and `key` is the account
CREATE TABLE sessions (
    id_hash TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    unit TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_owner ON sessions (key, unit, used_at);

-- one row a token of a program; of its secret there is a hash alone
CREATE TABLE tokens (
    name TEXT PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- one row a link for a crew's device that was not used yet
CREATE TABLE links (
    secret_hash TEXT PRIMARY KEY,
    unit TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
