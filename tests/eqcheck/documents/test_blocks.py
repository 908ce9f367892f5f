"""A place is told as compilers tell it, and knows the lines below it."""

from eqcheck.documents import Check, Place


def test_a_place_is_told_by_file_cell_and_line():
    assert str(Place("a/notes.md", 3)) == "a/notes.md:3"
    assert str(Place("notes.ipynb", 3, 12)) == "notes.ipynb:cell 12:3"


def test_the_lines_below_a_place_are_of_the_same_file_and_cell():
    assert Place("notes.ipynb", 3, 12).below(2) == Place("notes.ipynb", 5, 12)


def test_a_check_of_a_formula_in_running_text_is_told_from_others():
    place = Place("notes.md", 1)
    assert Check(place, "$a = b$").is_inline
    assert not Check(place, "eq-a").is_inline
