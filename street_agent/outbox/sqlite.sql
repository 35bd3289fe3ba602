-- name: meta
SELECT name, value FROM meta

-- name: set_meta
INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: count
SELECT count(*), coalesce(sum(size), 0) FROM rows

-- name: add
INSERT INTO rows (seq, last, rank, turn, size, payload) VALUES (?, ?, ?, ?, ?, ?)

-- name: drop
DELETE FROM rows WHERE seq = ?

-- name: lowest
SELECT rank, turn, size, payload FROM rows WHERE rank < ? ORDER BY rank, turn LIMIT 1

-- name: gap_from
SELECT rank, turn, size, payload FROM rows WHERE seq = ? AND rank = 5

-- name: gap_upto
SELECT rank, turn, size, payload FROM rows WHERE last = ? AND rank = 5

-- name: pending
SELECT rank, turn, size, payload FROM rows WHERE rank = ? AND turn > ? AND turn < ? ORDER BY turn LIMIT ?

-- name: again
SELECT rank, turn, size, payload FROM rows WHERE seq = ?

-- name: covered
SELECT count(*), coalesce(sum(size), 0) FROM rows WHERE seq >= ? AND last <= ? AND seq <= ?

-- name: drop_covered
DELETE FROM rows WHERE seq >= ? AND last <= ? AND seq <= ?

-- name: lowest_kept
SELECT min(seq) FROM rows

-- name: asked
SELECT epoch, contiguous FROM asked ORDER BY turn

-- name: set_asked
INSERT INTO asked (epoch, contiguous, turn) VALUES (?1, ?2, (SELECT coalesce(max(turn), 0) + 1 FROM asked))
ON CONFLICT (epoch) DO UPDATE SET contiguous = excluded.contiguous

-- name: keep_newest_asked
DELETE FROM asked WHERE epoch NOT IN (SELECT epoch FROM asked ORDER BY turn DESC LIMIT ?)

-- name: add_request
INSERT OR IGNORE INTO requests (request, deadline, payload) VALUES (?, ?, ?)

-- name: close_request
DELETE FROM requests WHERE request = ?

-- name: count_requests
SELECT count(*) FROM requests

-- name: open_requests
SELECT payload FROM requests ORDER BY deadline, request
