"""A package, so that the tests find this integration and not another of the same name."""
