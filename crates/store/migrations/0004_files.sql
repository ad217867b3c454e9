-- Folders that are followed.
CREATE TABLE roots (
    path TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Every recording that was met under them, also those that were refused.
CREATE TABLE files (
    path        TEXT PRIMARY KEY,
    root        TEXT NOT NULL REFERENCES roots (path),
    size        INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    -- SHA-256 of what is in it: it stays when the file is moved.
    hash        TEXT NOT NULL,
    item        INTEGER REFERENCES items (id),
    -- What was measured, as JSON, and by which version of the code.
    described   TEXT CHECK (json_valid(described)),
    version     INTEGER,
    -- The fields of the item that the path suggested, as a JSON list.
    guessed     TEXT NOT NULL CHECK (json_valid(guessed)),
    -- Why it could not be used.
    refused     TEXT,
    -- 1 while it is not where it was.
    missing     INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX files_by_hash ON files (hash);
