"""The catalogue of questions, their parameters, ingest and error documents, for both HTTP and the command line."""
