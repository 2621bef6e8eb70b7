"""Rulebooks: rules compiled to monitors, and proven over every call of a machine."""
