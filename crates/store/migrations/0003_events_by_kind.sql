-- What a listener said of single items must be found however much happened since.
CREATE INDEX events_of_listener_by_kind ON events (listener, kind, item);
