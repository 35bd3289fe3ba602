-- rows that could not be read, kept for whoever looks what was wrong with them
CREATE TABLE set_apart (
    number INTEGER PRIMARY KEY,  -- the newest has the highest
    kind TEXT NOT NULL,          -- item or request
    name TEXT NOT NULL,          -- of an item: its numbers; of a request: its id
    version INTEGER NOT NULL,    -- of the payload's format
    reason TEXT NOT NULL,
    payload BLOB NOT NULL
) STRICT;
