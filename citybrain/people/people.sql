-- name: account
SELECT name, roles, password_hash, made_at FROM accounts WHERE key = ?

-- name: accounts
SELECT name, roles, password_hash, made_at FROM accounts ORDER BY key

-- name: account_count
SELECT count(*) FROM accounts

-- name: add_account
INSERT INTO accounts (key, name, roles, password_hash, made_at) VALUES (?, ?, ?, ?, ?)

-- name: set_password
UPDATE accounts SET password_hash = ?2 WHERE key = ?1

-- name: remove_account
DELETE FROM accounts WHERE key = ?

-- name: federated
SELECT key, name, roles, issuer, rules, signed_in_at FROM federated_people WHERE key = ?

-- name: federated_named
SELECT key, name, roles, issuer, rules, signed_in_at FROM federated_people WHERE name_key = ?

-- name: federated_people
SELECT key, name, roles, issuer, rules, signed_in_at FROM federated_people ORDER BY name_key

-- name: set_federated
INSERT INTO federated_people (key, name_key, name, roles, issuer, rules, signed_in_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (key) DO UPDATE
SET name_key = excluded.name_key, name = excluded.name, roles = excluded.roles,
    issuer = excluded.issuer, rules = excluded.rules, signed_in_at = excluded.signed_in_at

-- name: remove_federated
DELETE FROM federated_people WHERE key = ?

-- name: forget_federated
DELETE FROM federated_people WHERE key IN (
    SELECT key FROM federated_people ORDER BY signed_in_at DESC, key LIMIT -1 OFFSET ?1
)

-- name: add_session
INSERT INTO sessions (id_hash, key, unit, begun_at, used_at) VALUES (?1, ?2, ?3, ?4, ?4)

-- name: session
SELECT id_hash, key, unit, begun_at, used_at FROM sessions WHERE id_hash = ?

-- name: sessions
SELECT id_hash, key, unit, begun_at, used_at FROM sessions ORDER BY key, unit, begun_at, id_hash

-- name: session_count
SELECT count(*) FROM sessions

-- name: use_session
UPDATE sessions SET used_at = max(used_at, ?2) WHERE id_hash = ?1

-- name: end_session
DELETE FROM sessions WHERE id_hash = ?

-- name: end_sessions_of_person
DELETE FROM sessions WHERE key = ? AND unit = ''

-- name: end_sessions_of_unit
DELETE FROM sessions WHERE unit = ?

-- name: end_all_sessions
DELETE FROM sessions

-- name: end_old_sessions
DELETE FROM sessions
WHERE (unit = '' AND (begun_at <= ?1 OR used_at <= ?2))
   OR (unit <> '' AND (begun_at <= ?3 OR used_at <= ?4))

-- name: end_sessions_beyond
DELETE FROM sessions WHERE id_hash IN (
    SELECT id_hash FROM sessions WHERE key = ?1 AND unit = ?2
    ORDER BY used_at DESC, id_hash LIMIT -1 OFFSET ?3
)

-- name: end_longest_unused
DELETE FROM sessions WHERE id_hash IN (
    SELECT id_hash FROM sessions ORDER BY used_at DESC, id_hash LIMIT -1 OFFSET ?1
)

-- name: token
SELECT name, role, made_at FROM tokens WHERE secret_hash = ?

-- name: tokens
SELECT name, role, made_at FROM tokens ORDER BY name

-- name: token_count
SELECT count(*) FROM tokens

-- name: set_token
INSERT INTO tokens (name, secret_hash, role, made_at) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (name) DO UPDATE
SET secret_hash = excluded.secret_hash, role = excluded.role, made_at = excluded.made_at

-- name: remove_token
DELETE FROM tokens WHERE name = ?

-- name: add_link
INSERT INTO links (secret_hash, key, unit, expires_at) VALUES (?, ?, ?, ?)

-- name: link
SELECT key, unit, expires_at FROM links WHERE secret_hash = ?

-- name: remove_link
DELETE FROM links WHERE secret_hash = ?

-- name: remove_links_of
DELETE FROM links WHERE key = ? AND unit = ?

-- name: remove_all_links
DELETE FROM links

-- name: remove_old_links
DELETE FROM links WHERE expires_at <= ?

-- name: set_push_subscription
INSERT INTO push_subscriptions (id_hash, endpoint, public_key, secret, language, called)
SELECT id_hash, ?2, ?3, ?4, ?5, '' FROM sessions WHERE id_hash = ?1
ON CONFLICT (id_hash) DO UPDATE
SET endpoint = excluded.endpoint, public_key = excluded.public_key, secret = excluded.secret,
    language = excluded.language

-- name: push_subscriptions
SELECT push_subscriptions.id_hash, unit, endpoint, public_key, secret, language, called
FROM push_subscriptions JOIN sessions USING (id_hash) ORDER BY unit, push_subscriptions.id_hash

-- name: set_push_called
UPDATE push_subscriptions SET called = ?2 WHERE id_hash = ?1

-- name: remove_push_subscription
DELETE FROM push_subscriptions WHERE id_hash = ?1 AND endpoint = ?2

-- name: end_push_subscription
DELETE FROM push_subscriptions WHERE id_hash = ?
