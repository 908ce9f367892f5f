"""What is asked of documents in one language, in several, or in any number."""

import pytest

from eqcheck.documents import Rules


@pytest.mark.parametrize(
    ("languages", "meanings", "said"),
    [
        ((), ("a",), True),
        ((), ("a", "b", "c"), True),
        ((), ("a", ""), False),
        (("English",), ("a",), True),
        (("中文", "English"), ("a",), False),
        (("中文", "English"), ("a", ""), False),
        (("中文", "English"), ("a", "b"), True),
        (("中文", "English"), ("a", "b", "c"), False),
    ],
)
def test_what_is_said_is_said_in_each_language_that_is_asked_for(languages, meanings, said):
    assert Rules(languages).are_said(meanings) == said


@pytest.mark.parametrize(
    ("languages", "named"),
    [
        (("A",), "one language"),
        (("A", "B"), "both languages"),
        (("A", "B", "C"), "all 3 languages"),
    ],
)
def test_languages_together_are_called_as_in_a_sentence(languages, named):
    assert Rules(languages).all_languages == named
    assert Rules(languages).form == " | ".join(languages)
