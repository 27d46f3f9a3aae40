"""Commands on a store as a whole: verify, export, restore, rebuild, judge, migrate."""
