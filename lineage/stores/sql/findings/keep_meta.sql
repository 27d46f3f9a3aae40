-- Keep how far the journal was judged.
-- params:  value
INSERT INTO meta VALUES ('judged', :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value
