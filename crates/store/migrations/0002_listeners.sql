-- Whose event it is. What was there before belongs to the one listener there was.
ALTER TABLE events ADD COLUMN listener TEXT NOT NULL DEFAULT 'me';

CREATE INDEX events_of_listener ON events (listener);

-- How often each listener played what, as other services count it. The title is empty where only the
-- artist is known.
CREATE TABLE plays (
    listener TEXT NOT NULL,
    artist   TEXT NOT NULL,
    title    TEXT NOT NULL,
    times    REAL NOT NULL CHECK (times > 0),
    -- The import that brought it.
    origin   TEXT NOT NULL,
    PRIMARY KEY (listener, artist, title)
) STRICT, WITHOUT ROWID;

-- What was computed from plays and events, to be thrown away and computed again at any time.
CREATE TABLE learned (
    name    TEXT PRIMARY KEY,
    -- The state of plays and events that it was computed from.
    made_of TEXT NOT NULL,
    body    BLOB NOT NULL
) STRICT, WITHOUT ROWID;
