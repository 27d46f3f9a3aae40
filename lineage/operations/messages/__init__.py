"""Messages of other systems: loaded as events, for both interfaces, with the examples of the OpenAPI document."""
