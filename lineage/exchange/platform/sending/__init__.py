"""Events as messages of the national platform: what can be stated in its form, and what cannot."""
