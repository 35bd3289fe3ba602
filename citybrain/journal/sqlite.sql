-- name: epoch
SELECT value FROM meta WHERE name = 'epoch'

-- name: set_epoch
INSERT OR IGNORE INTO meta (name, value) VALUES ('epoch', ?)

-- name: epoch_before
SELECT value FROM meta WHERE name = 'epoch_before'

-- name: keep_epoch_before
INSERT INTO meta (name, value) SELECT 'epoch_before', value FROM meta WHERE name = 'epoch'
ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: renew_epoch
UPDATE meta SET value = ? WHERE name = 'epoch'

-- name: write_epoch_again
UPDATE meta SET value = value WHERE name = 'epoch'

-- name: base
SELECT CAST(base_seq.value AS INTEGER), base_hash.value FROM meta AS base_seq, meta AS base_hash
WHERE base_seq.name = 'base_seq' AND base_hash.name = 'base_hash'

-- name: set_base
INSERT INTO meta (name, value) VALUES ('base_seq', ?1), ('base_hash', ?2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: delete_archived
DELETE FROM records WHERE seq IN (SELECT seq FROM records WHERE seq <= ?1 ORDER BY seq LIMIT ?2)

-- name: archive_mark
SELECT value FROM meta WHERE name = 'archive'

-- name: mark_as_archive
INSERT INTO meta (name, value) VALUES ('archive', 'cut off a journal')

-- name: backup_mark
SELECT value FROM meta WHERE name = 'backup'

-- name: mark_as_backup
INSERT INTO meta (name, value) VALUES ('backup', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: drop_backup_mark
DELETE FROM meta WHERE name = 'backup'

-- name: count_archived
SELECT count(*), max(seq) FROM records WHERE seq <= ?

-- name: hash_of
SELECT hash FROM records WHERE seq = ?

-- name: head
SELECT seq, hash FROM records ORDER BY seq DESC LIMIT 1

-- name: codes
SELECT id, code FROM codes

-- name: add_code
INSERT OR IGNORE INTO codes (code) VALUES (?)

-- name: add_record
INSERT INTO records (seq, at, kind, version, code, payload, prev_hash, hash, commands_digest)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: records
SELECT seq, at, kind, version, code, payload, prev_hash, hash, commands_digest FROM records
WHERE seq > ? ORDER BY seq LIMIT ?

-- name: checkpoints
SELECT seq, at, kind, version, code, payload, prev_hash, hash, commands_digest FROM records
WHERE kind = 'checkpoint' AND seq > ? ORDER BY seq DESC LIMIT ?

-- name: add_text_part
INSERT OR REPLACE INTO texts (hash, part, content) VALUES (?, ?, ?)

-- name: drop_text_parts
DELETE FROM texts WHERE hash = ? AND part >= ?

-- name: text
SELECT content FROM texts WHERE hash = ? ORDER BY part

-- name: texts
SELECT hash, count(*) FROM texts GROUP BY hash ORDER BY hash

-- name: positions
SELECT peer, next FROM positions

-- name: set_position
INSERT INTO positions (peer, next) VALUES (?, ?)
ON CONFLICT (peer) DO UPDATE SET next = excluded.next

-- name: add_letter
INSERT INTO letters (peer, position, kind, version, payload) VALUES (?, ?, ?, ?, ?)

-- name: letters
SELECT peer, position, kind, version, payload FROM letters WHERE peer = ? AND position > ? ORDER BY position
LIMIT ?

-- name: last_letters
SELECT peer, (SELECT max(position) FROM letters WHERE letters.peer = positions.peer) FROM positions
ORDER BY peer

-- name: discard_letters
DELETE FROM letters WHERE peer = ?1 AND position <= ?2

-- name: keep_discarded
UPDATE positions SET discarded = max(discarded, ?2) WHERE peer = ?1

-- name: letter_logs
SELECT peer, next, discarded FROM positions
UNION SELECT DISTINCT peer, 1, 0 FROM letters WHERE peer NOT IN (SELECT peer FROM positions)
ORDER BY peer

-- name: set_letter_log
INSERT OR REPLACE INTO positions (peer, next, discarded) VALUES (?, ?, ?)

-- name: remove_letter
DELETE FROM letters WHERE peer = ? AND position = ?

-- name: set_timer
INSERT OR REPLACE INTO timers (timer, due, subject, version) VALUES (?, ?, ?, ?)

-- name: cancel_timer
DELETE FROM timers WHERE timer = ?

-- name: timers_due
SELECT timer, due, subject, version FROM timers WHERE due <= ? ORDER BY due, timer LIMIT ?

-- name: next_due
SELECT min(due) FROM timers
