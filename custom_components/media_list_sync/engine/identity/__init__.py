"""Which anime lies where in the numberings of others."""
