"""A Home Assistant to look at, set up as a person would, beside simulated services."""
