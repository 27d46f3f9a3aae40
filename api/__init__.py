"""The HTTP interface: parse a request, make one call, send the answer. No answer is decided here."""
