// The version of the format of this store; none before it is made.
// returns: versions
MATCH (j:Journal {id: 'journal'})
RETURN collect(j.format) AS versions
