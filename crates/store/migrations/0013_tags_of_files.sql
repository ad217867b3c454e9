-- What the tags say that is no field of the item, as JSON: tempo, ReplayGain, MusicBrainz ids.
ALTER TABLE files ADD COLUMN tags TEXT CHECK (json_valid(tags));

-- An item's files are asked for with every cover.
CREATE INDEX files_by_item ON files (item);
