-- one row a person of a provider of identities outside who has signed in here. `key` is of the issuer
-- and its subject, as in sessions; `name_key` the name as it is compared; `rules` a hash of the
-- configuration by which the name and the roles were found
CREATE TABLE federated_people (
    key TEXT PRIMARY KEY,
    name_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,
    issuer TEXT NOT NULL,
    rules TEXT NOT NULL,
    signed_in_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
