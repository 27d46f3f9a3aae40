-- Store the version of the format.
-- params:  value
INSERT INTO meta (key, value) VALUES ('format', :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value
