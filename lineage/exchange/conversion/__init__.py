"""What formats share whose records become events: places in the input, the report, the interface of a conversion."""
