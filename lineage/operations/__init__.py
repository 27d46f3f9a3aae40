"""What HTTP and the command line share: the catalogue of questions, their parameters, ingest and error documents."""
