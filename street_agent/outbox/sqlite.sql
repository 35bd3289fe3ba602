-- name: meta
SELECT name, value FROM meta

-- name: stored_items
SELECT seq, last, priority, revision, size, version, payload FROM rows

-- name: stored_requests
SELECT request, version, payload FROM requests

-- name: set_meta
INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: count
SELECT count(*), coalesce(sum(size), 0) FROM rows

-- name: add
INSERT INTO rows (seq, last, priority, revision, size, version, payload)
VALUES (?, ?, ?, ?, ?, ?, ?)

-- name: drop
DELETE FROM rows WHERE seq = ?

-- name: lowest_row
SELECT seq, last, priority, revision, size, version, payload FROM rows
WHERE priority < ? ORDER BY priority, revision LIMIT 1

-- name: gap_from
SELECT seq, last, priority, revision, size, version, payload FROM rows WHERE seq = ? AND priority = 5

-- name: gap_upto
SELECT seq, last, priority, revision, size, version, payload FROM rows WHERE last = ? AND priority = 5

-- name: pending
SELECT seq, last, priority, revision, size, version, payload FROM rows
WHERE priority = ? AND revision > ? AND revision < ? ORDER BY revision LIMIT ?

-- name: row_of
SELECT seq, last, priority, revision, size, version, payload FROM rows WHERE seq = ?

-- name: covered
SELECT count(*), coalesce(sum(size), 0) FROM rows WHERE seq >= ? AND last <= ? AND seq <= ?

-- name: drop_covered
DELETE FROM rows WHERE seq >= ? AND last <= ? AND seq <= ?

-- name: lowest_unacked
SELECT min(seq) FROM rows

-- name: request_positions
SELECT epoch, contiguous FROM request_positions ORDER BY position

-- name: set_request_position
INSERT INTO request_positions (epoch, contiguous, position)
VALUES (?1, ?2, (SELECT coalesce(max(position), 0) + 1 FROM request_positions))
ON CONFLICT (epoch) DO UPDATE SET contiguous = excluded.contiguous

-- name: keep_newest_epochs
DELETE FROM request_positions WHERE epoch NOT IN (
    SELECT epoch FROM request_positions ORDER BY position DESC LIMIT ?
)

-- name: add_request
INSERT OR IGNORE INTO requests (request, deadline, version, payload) VALUES (?, ?, ?, ?)

-- name: close_request
DELETE FROM requests WHERE request = ?

-- name: count_requests
SELECT count(*) FROM requests

-- name: open_requests
SELECT request, version, payload FROM requests ORDER BY deadline, request

-- name: set_apart
INSERT INTO set_apart (kind, name, version, reason, payload) VALUES (?, ?, ?, ?, ?)

-- name: keep_newest_set_apart
DELETE FROM set_apart WHERE number NOT IN (
    SELECT number FROM set_apart ORDER BY number DESC LIMIT ?
)

-- name: all_set_apart
SELECT kind, name, version, reason, payload FROM set_apart ORDER BY number
