-- Music servers that the library is connected to.
CREATE TABLE connections (
    -- Never given to another one: items are called by it.
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    -- What it speaks: subsonic.
    kind      TEXT NOT NULL,
    address   TEXT NOT NULL,
    -- Empty where a key says who it is.
    user_name TEXT NOT NULL,
    -- What signs requests, as JSON: a salt with a token, or a key. Never a password.
    secret    TEXT NOT NULL CHECK (json_valid(secret)),
    -- Unix time in milliseconds.
    added_ms  INTEGER NOT NULL,
    synced_ms INTEGER,
    -- Why the last attempt failed.
    error     TEXT,
    -- 1 while somebody waits for it to be synchronised.
    wanted    INTEGER NOT NULL DEFAULT 1,
    UNIQUE (kind, address, user_name)
) STRICT;

-- What they have.
CREATE TABLE server_tracks (
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    -- What the server calls it.
    id         TEXT NOT NULL,
    item       INTEGER REFERENCES items (id),
    -- SHA-256 of what the server says of it, and of what tells that its recording is another.
    said       TEXT NOT NULL,
    recording  TEXT NOT NULL,
    -- What the server calls its picture.
    cover      TEXT,
    -- What was measured, as JSON, by which version of the code, or why nothing could be.
    described  TEXT CHECK (json_valid(described)),
    version    INTEGER,
    refused    TEXT,
    -- The synchronisation that met it last.
    seen       INTEGER NOT NULL,
    -- 1 while the server does not have it.
    missing    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (connection, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX server_tracks_by_item ON server_tracks (item);
