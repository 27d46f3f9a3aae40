"""From the events of an item to its derived rows: containment, custody, checkpoints, replay. Pure."""
