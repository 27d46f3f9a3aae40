// The journal in order of arrival; replacements have no position.
CREATE CONSTRAINT event_position IF NOT EXISTS FOR (n:Event) REQUIRE n.position IS UNIQUE
