"""The types of event: models, validation, stored form, corrections, and the effects each event has. Pure."""
