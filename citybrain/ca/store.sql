-- name: meta
SELECT value FROM meta WHERE name = ?

-- name: set_meta
INSERT INTO meta (name, value) VALUES (?1, ?2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: add_token
INSERT INTO tokens (secret_hash, name, hosts, replaces, made_at, expires_at)
VALUES (?, ?, ?, ?, ?, ?)

-- name: token
SELECT secret_hash, name, hosts, replaces, made_at, expires_at, withdrawn_at, used_at, serial
FROM tokens WHERE secret_hash = ?

-- name: tokens
SELECT secret_hash, name, hosts, replaces, made_at, expires_at, withdrawn_at, used_at, serial
FROM tokens ORDER BY made_at, secret_hash

-- name: open_tokens
SELECT count(*) FROM tokens WHERE used_at IS NULL AND withdrawn_at IS NULL AND expires_at > ?

-- name: withdraw_tokens
UPDATE tokens SET withdrawn_at = ?1
WHERE name = ?2 AND used_at IS NULL AND withdrawn_at IS NULL AND expires_at > ?1

-- name: use_token
UPDATE tokens SET used_at = ?2, serial = ?3 WHERE secret_hash = ?1

-- name: add_certificate
INSERT INTO certificates (serial, name, key_hash, valid_from, valid_until, certificate, hosts)
VALUES (?, ?, ?, ?, ?, ?, ?)

-- name: certificate
SELECT serial, name, key_hash, valid_from, valid_until, certificate, hosts, revoked_at, reason
FROM certificates WHERE serial = ?

-- name: newest
SELECT serial, name, key_hash, valid_from, valid_until, certificate, hosts, revoked_at, reason
FROM certificates WHERE name = ?1 AND revoked_at IS NULL
ORDER BY valid_until DESC, serial LIMIT 1

-- name: certificates
SELECT serial, name, key_hash, valid_from, valid_until, certificate, hosts, revoked_at, reason
FROM certificates ORDER BY name, valid_until, serial

-- name: revoked
SELECT serial, name, key_hash, valid_from, valid_until, certificate, hosts, revoked_at, reason
FROM certificates WHERE revoked_at IS NOT NULL AND valid_until > ? ORDER BY revoked_at, serial

-- name: revoke_name
UPDATE certificates SET revoked_at = ?2, reason = ?3 WHERE name = ?1 AND revoked_at IS NULL

-- name: has_name
SELECT 1 FROM certificates WHERE name = ? LIMIT 1

-- name: names
SELECT count(DISTINCT name) FROM certificates

-- name: forget_certificates
DELETE FROM certificates WHERE valid_until < ?1 AND EXISTS (
    SELECT 1 FROM certificates AS newer
    WHERE newer.name = certificates.name AND newer.valid_until > certificates.valid_until
)

-- name: forget_tokens
DELETE FROM tokens WHERE expires_at < ?1
