-- Lists that listeners saved.
CREATE TABLE saved_lists (
    id         INTEGER PRIMARY KEY,
    listener   TEXT NOT NULL,
    name       TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX saved_lists_of_listener ON saved_lists (listener);

CREATE TABLE saved_list_items (
    list     INTEGER NOT NULL REFERENCES saved_lists (id) ON DELETE CASCADE,
    place    INTEGER NOT NULL,
    item     INTEGER NOT NULL REFERENCES items (id),
    PRIMARY KEY (list, place)
) STRICT, WITHOUT ROWID;
