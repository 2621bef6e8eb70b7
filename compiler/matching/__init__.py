"""Finding phrases in what is said: forbidden words, jargon, word groups, later transcripts.

Read it in this order: `folding` (what counts as the same character), `numbers` (how a number may be written),
`patterns` (what an author may write), `pieces` (whether letters found in a text are the author's phrase), `matcher`
(all of it over one automaton). Nobody outside needs more than `matcher`, `patterns.Pattern` and `folding.hide_slots`.

Knows nothing of scenarios, rules or files: it takes texts and gives back places in them.
"""
