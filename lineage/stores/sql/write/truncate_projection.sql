-- Empty every table that is derived from the journal.
DELETE FROM item;
DELETE FROM item_past;
DELETE FROM custody_dependency;
DELETE FROM party;
DELETE FROM party_event;
DELETE FROM mention;
DELETE FROM mention_past;
DELETE FROM part_of;
DELETE FROM part_of_past;
DELETE FROM became;
DELETE FROM became_past;
DELETE FROM held_by;
DELETE FROM held_by_past;
DELETE FROM term;
DELETE FROM term_past;
DELETE FROM enrolment;
DELETE FROM enrolment_past
