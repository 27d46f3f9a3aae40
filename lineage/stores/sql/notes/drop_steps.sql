-- Take away steps from which no further step leads: they close no ring.
DELETE FROM step WHERE whole NOT IN (SELECT part FROM step)
