-- Until now an item had one mood, which mood words or a catalogue gave; words still outrank it.
UPDATE items SET body = json_set(
    json_remove(body, '$.mood'),
    '$.mood_evidence', json_object('catalogue', json(body -> '$.mood'))
);

-- The mood tag that Attune itself wrote into a file, as a JSON list: it is nobody's opinion.
ALTER TABLE files ADD COLUMN mood_written TEXT CHECK (json_valid(mood_written));
