-- Where listeners say that items stand, each for themselves.
CREATE TABLE mood_corrections (
    listener TEXT NOT NULL,
    item     INTEGER NOT NULL REFERENCES items (id),
    mood     TEXT NOT NULL CHECK (json_valid(mood)),
    PRIMARY KEY (listener, item)
) STRICT, WITHOUT ROWID;

-- Until now a correction was everybody's, made by the one listener there was.
INSERT INTO mood_corrections
SELECT 'me', id, body -> '$.mood_evidence.correction' FROM items
WHERE json_type(body, '$.mood_evidence.correction') = 'object';

UPDATE items SET body = json_remove(body, '$.mood_evidence.correction')
WHERE json_type(body, '$.mood_evidence.correction') = 'object';
