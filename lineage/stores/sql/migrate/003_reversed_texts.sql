-- Add the reversed ids of items and parties, and the reversed identifiers, by which a search finds endings.
ALTER TABLE item ADD COLUMN reversed TEXT;
UPDATE item SET reversed = reversed_text(id);
CREATE INDEX item_reversed ON item (reversed, id);
ALTER TABLE party ADD COLUMN reversed TEXT;
UPDATE party SET reversed = reversed_text(id);
CREATE INDEX party_reversed ON party (reversed);
ALTER TABLE term ADD COLUMN reversed TEXT;
UPDATE term SET reversed = reversed_text(text) WHERE field = 'identifiers' AND length(text) < 200;
CREATE INDEX term_reversed ON term (reversed, subject) WHERE reversed IS NOT NULL;
ALTER TABLE term_past ADD COLUMN reversed TEXT;
UPDATE term_past SET reversed = reversed_text(text) WHERE field = 'identifiers' AND length(text) < 200;
CREATE INDEX term_past_reversed ON term_past (reversed, subject) WHERE reversed IS NOT NULL
