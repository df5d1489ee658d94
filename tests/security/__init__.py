"""What must not happen to credentials, accounts and screens, over the whole of the integration."""
