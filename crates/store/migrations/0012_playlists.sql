-- Lists that listeners saved.
CREATE TABLE playlists (
    id         INTEGER PRIMARY KEY,
    listener   TEXT NOT NULL,
    name       TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX playlists_of_listener ON playlists (listener);

CREATE TABLE playlist_items (
    playlist INTEGER NOT NULL REFERENCES playlists (id) ON DELETE CASCADE,
    place    INTEGER NOT NULL,
    item     INTEGER NOT NULL REFERENCES items (id),
    PRIMARY KEY (playlist, place)
) STRICT, WITHOUT ROWID;
