CREATE TABLE items (
    id       INTEGER PRIMARY KEY,
    -- Kind, title and main artist, folded: what makes two entries the same thing.
    identity TEXT NOT NULL UNIQUE,
    -- What is known of it. A column for each field would make reading a library of 30,000
    -- items three times as slow; `body ->> 'language'` and the like serve in queries.
    body     TEXT NOT NULL CHECK (json_valid(body)),
    -- What brought it first: the starter catalogue, or an import's name.
    origin   TEXT NOT NULL
) STRICT;

-- One row, counting changes to the items, so that a running server sees what others imported.
CREATE TABLE revision (
    number INTEGER NOT NULL
) STRICT;

INSERT INTO revision VALUES (0);

CREATE TABLE events (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Unix time in milliseconds.
    at_ms   INTEGER NOT NULL,
    item    INTEGER REFERENCES items (id),
    kind    TEXT NOT NULL,
    payload TEXT NOT NULL CHECK (json_valid(payload))
) STRICT;

CREATE TRIGGER events_are_never_edited BEFORE UPDATE ON events
BEGIN
    SELECT raise(ABORT, 'events are never edited');
END;

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
