-- Drop the indexes of what is derived, so that they are built once when all rows are there.
DROP INDEX item_reversed;
DROP INDEX term_reversed;
DROP INDEX term_past_reversed;
DROP INDEX party_reversed;
DROP INDEX item_contested;
DROP INDEX mention_of_pair;
DROP INDEX mention_seen_inside;
DROP INDEX mention_past_seen_inside;
DROP INDEX part_of_whole;
DROP INDEX part_of_past_whole;
DROP INDEX became_output;
DROP INDEX became_past_output;
DROP INDEX held_by_holder;
DROP INDEX held_by_past_holder;
DROP INDEX held_by_taker;
DROP INDEX held_by_past_taker
