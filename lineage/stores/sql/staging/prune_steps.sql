-- Delete steps from which no further step leads: they close no cycle.
DELETE FROM containment_step WHERE whole NOT IN (SELECT part FROM containment_step)
