-- Store how far the journal is evaluated.
-- params:  value
INSERT INTO meta VALUES ('evaluated_up_to', :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value
