"""What was found is kept page by page, forgotten with its page, and merged."""

from types import SimpleNamespace

from eqcheck.sphinx.results import codes_of, forget, merge, results_of, run_with_other_code


def env(**pages):
    made = SimpleNamespace()
    for page, code in pages.items():
        results_of(made)[page] = {"equations": []}
        codes_of(made)[page] = code
    return made


def test_a_page_is_forgotten_with_its_code():
    one = env(a="1", b="2")
    forget(None, one, "a")
    assert (set(results_of(one)), set(codes_of(one))) == ({"b"}, {"b"})


def test_results_of_another_process_are_taken_over_for_the_pages_that_it_read():
    one, other = env(a="1"), env(a="9", b="2")
    merge(None, one, ["b", "gone"], other)
    assert codes_of(one) == {"a": "1", "b": "2"}
    assert set(results_of(one)) == {"a", "b"}


def test_pages_that_ran_with_other_code_are_told():
    assert run_with_other_code(env(a="1", b="2"), "2") == {"a"}
