-- one row a series of a source; its unit is what the box said last
CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    agent TEXT NOT NULL,
    source TEXT NOT NULL,
    series TEXT NOT NULL,
    unit TEXT NOT NULL,
    UNIQUE (agent, source, series)
) STRICT;

-- one row a minute; times are microseconds since 1970, by the box's clock
CREATE TABLE points (
    series INTEGER NOT NULL,
    minute INTEGER NOT NULL,
    samples INTEGER NOT NULL,
    last REAL NOT NULL,
    low REAL NOT NULL,
    mean REAL NOT NULL,
    high REAL NOT NULL,
    observed_share REAL NOT NULL,
    PRIMARY KEY (series, minute)
) STRICT, WITHOUT ROWID;

CREATE INDEX points_by_minute ON points (minute);
