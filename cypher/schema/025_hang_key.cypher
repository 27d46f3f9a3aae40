// What custody hangs on, by whole, moment and part; its beginning finds those of a whole.
CREATE CONSTRAINT hang_key IF NOT EXISTS FOR (n:Hang) REQUIRE n.key IS UNIQUE
