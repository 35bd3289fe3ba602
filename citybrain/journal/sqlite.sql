-- name: epoch
SELECT value FROM meta WHERE name = 'epoch'

-- name: set_epoch
INSERT OR IGNORE INTO meta (name, value) VALUES ('epoch', ?)

-- name: epoch_before
SELECT value FROM meta WHERE name = 'epoch_before'

-- name: keep_epoch_before
INSERT INTO meta (name, value) SELECT 'epoch_before', value FROM meta WHERE name = 'epoch' ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: renew_epoch
UPDATE meta SET value = ? WHERE name = 'epoch'

-- name: head
SELECT seq, hash FROM records ORDER BY seq DESC LIMIT 1

-- name: add_record
INSERT INTO records (seq, at, kind, payload, prev_hash, hash, commands_digest) VALUES (?, ?, ?, ?, ?, ?, ?)

-- name: records
SELECT seq, at, kind, payload, prev_hash, hash, commands_digest FROM records WHERE seq > ? ORDER BY seq LIMIT ?

-- name: positions
SELECT peer, next FROM positions

-- name: set_position
INSERT INTO positions (peer, next) VALUES (?, ?) ON CONFLICT (peer) DO UPDATE SET next = excluded.next

-- name: add_letter
INSERT INTO letters (peer, position, kind, payload) VALUES (?, ?, ?, ?)

-- name: letters
SELECT peer, position, kind, payload FROM letters WHERE peer = ? AND position > ? ORDER BY position LIMIT ?

-- name: last_letters
SELECT peer, (SELECT max(position) FROM letters WHERE letters.peer = positions.peer) FROM positions ORDER BY peer

-- name: discard_letters
DELETE FROM letters WHERE peer = ? AND position <= ?

-- name: set_timer
INSERT OR REPLACE INTO timers (timer, due, subject, version) VALUES (?, ?, ?, ?)

-- name: cancel_timer
DELETE FROM timers WHERE timer = ?

-- name: timers_due
SELECT timer, due, subject, version FROM timers WHERE due <= ? ORDER BY due, timer LIMIT ?

-- name: next_due
SELECT min(due) FROM timers

-- name: snapshot
SELECT seq, payload, hash FROM snapshots ORDER BY seq DESC LIMIT 1

-- name: save_snapshot
INSERT OR REPLACE INTO snapshots (seq, payload, hash) VALUES (?, ?, ?)

-- name: keep_newest_snapshots
DELETE FROM snapshots WHERE seq NOT IN (SELECT seq FROM snapshots ORDER BY seq DESC LIMIT ?)
