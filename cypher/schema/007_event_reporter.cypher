// The journal of one reporter.
CREATE INDEX event_reporter IF NOT EXISTS FOR (n:Event) ON (n.reporter, n.position)
