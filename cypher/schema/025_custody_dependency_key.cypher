// A custody dependency by whole, moment and part; its beginning finds those of a whole.
CREATE CONSTRAINT custody_dependency_key IF NOT EXISTS FOR (n:CustodyDependency) REQUIRE n.key IS UNIQUE
