"""The flows, as a person goes through them."""
