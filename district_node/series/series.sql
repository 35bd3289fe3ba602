-- name: series_id
INSERT INTO series (agent, source, series, unit) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (agent, source, series) DO UPDATE SET unit = excluded.unit
RETURNING id

-- name: units
SELECT agent, source, series, unit FROM series

-- name: series_count
SELECT count(*) FROM series WHERE agent = ?

-- name: is_known
SELECT 1 FROM series WHERE agent = ?1 AND source = ?2 AND series = ?3

-- name: put_point
INSERT OR REPLACE INTO points
    (series, minute, samples, last, low, mean, high, observed_share)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)

-- name: drop_before
DELETE FROM points WHERE minute < ?

-- name: drop_empty
DELETE FROM series WHERE id NOT IN (SELECT DISTINCT series FROM points)

-- name: oldest
SELECT min(minute) FROM points

-- name: size
SELECT (page_count - freelist_count) * page_size
FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()

-- name: points
SELECT s.series, s.unit, p.minute, p.samples, p.last, p.low, p.mean, p.high, p.observed_share
FROM series s JOIN points p ON p.series = s.id
WHERE s.agent = ?1 AND s.source = ?2 AND p.minute >= ?3
ORDER BY s.series, p.minute
