-- up to where a peer has its letters: without it a letter that somebody deleted looks like one of those
ALTER TABLE positions ADD COLUMN discarded INTEGER NOT NULL DEFAULT 0;

UPDATE positions
SET discarded = coalesce((SELECT min(position) FROM letters WHERE letters.peer = positions.peer), next) - 1;
