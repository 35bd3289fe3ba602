-- one row a crew's device that is called by web push; it ends with the session that it is of.
-- `called`: the order and the assignment number for which its push service last took a message
CREATE TABLE push_subscriptions (
    id_hash TEXT PRIMARY KEY,
    endpoint TEXT NOT NULL,
    public_key TEXT NOT NULL,
    secret TEXT NOT NULL,
    language TEXT NOT NULL,
    called TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER push_subscriptions_end AFTER DELETE ON sessions BEGIN
    DELETE FROM push_subscriptions WHERE id_hash = old.id_hash;
END;
