"""Rulebooks: rules bound to what may happen on a call, and proven over every call a machine allows."""
