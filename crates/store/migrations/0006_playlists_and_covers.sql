-- Where a file's picture is, as JSON: "embedded" or {"file": path}.
ALTER TABLE files ADD COLUMN cover TEXT CHECK (json_valid(cover));

-- Playlist files under the followed folders, as they were at the last scan.
CREATE TABLE playlists (
    path    TEXT PRIMARY KEY,
    root    TEXT NOT NULL REFERENCES roots (path),
    -- The file's name without its extension.
    name    TEXT NOT NULL,
    -- What it names in its order, as a JSON list of absolute paths and links.
    entries TEXT NOT NULL CHECK (json_valid(entries))
) STRICT, WITHOUT ROWID;
