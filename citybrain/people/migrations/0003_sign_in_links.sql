-- a link signs a person's browser in, too: `key` is then the account and `unit` "", for a crew's
-- device the other way round
ALTER TABLE links ADD COLUMN key TEXT NOT NULL DEFAULT '';
