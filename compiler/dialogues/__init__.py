"""Dialogues run as tests, what they cover, what is missing, and what they would notice.

Read it in this order: `names` (what a dialogue's names mean), `watching` (what a turn brought about), `expecting` (whether
that is what was expected), `playing` (one dialogue, line by line), `suite` (all of a project). It plays on the simulator,
which reads the same JSON that other programs get. Knows nothing of terminals or files.
"""
