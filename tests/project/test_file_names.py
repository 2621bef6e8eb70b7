"""Names of files: each scenario's its own, on every file system."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from compiler.project.file_names import file_stem, same_file

LETTERS = st.characters(categories=["Lu", "Ll", "Lo", "Nd", "Mn"]) | st.sampled_from("-_·ABab退费éÉ")
NAMES = st.text(LETTERS, min_size=1, max_size=200) | st.sampled_from(
    ["con", "CON", "Aux", "index", "Manifest", "lpt9", "很" * 90]
)


@given(st.lists(NAMES, min_size=2, max_size=6, unique_by=same_file))
def test_names_that_are_not_the_same_are_different_files_everywhere(names: list[str]) -> None:
    stems = [file_stem(name) for name in names]
    assert len({same_file(stem) for stem in stems}) == len(names)
    for name, stem in zip(names, stems, strict=True):
        assert len(stem.encode()) < 200
        assert stem.casefold() not in {"con", "prn", "aux", "nul", "index", "manifest", "com1", "lpt9"}
        assert stem == name or "~" in stem


def test_plain_names_are_used_as_they_are() -> None:
    assert [file_stem(name) for name in ("退费", "complaint-2", "Concert", "indexes")] == [
        "退费",
        "complaint-2",
        "Concert",
        "indexes",
    ]
