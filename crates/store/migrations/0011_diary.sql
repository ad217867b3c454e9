-- Moods over time, of those who asked for it. Unlike events these can be deleted.
CREATE TABLE diary (
    id          INTEGER PRIMARY KEY,
    listener    TEXT NOT NULL,
    -- Unix time in milliseconds.
    at_ms       INTEGER NOT NULL,
    valence     REAL NOT NULL,
    arousal     REAL NOT NULL,
    uncertainty REAL NOT NULL,
    -- What told the mood: camera, photo, hand, word.
    told_by     TEXT NOT NULL,
    expression  TEXT,
    -- What was wanted of the music then.
    goal        TEXT,
    -- The entry before the list that this one comes after.
    after       INTEGER REFERENCES diary (id) ON DELETE SET NULL
) STRICT;

CREATE INDEX diary_of_listener ON diary (listener, at_ms);
