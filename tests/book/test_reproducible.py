"""The same source gives the same bytes of site, notebooks, zip and EPUBs, wherever it is built.

Two folders hold the sample page of ``CONTRIBUTING.md``, a page of the book, its glossary and its
bibliography.  One has a name with spaces and Chinese, and is built with another seed for hashes,
in another locale and time zone, and with another number of jobs.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from book._ext.paths import BOOK, ROOT
from tests.book.app import MATTER
from tests.book.conftest import SmallBook

INDEX = """\
(index)=
# {zh}`书`{en}`Book`

```{toctree}
:numbered:

sigmoid
loss
glossary
rest
references
```
"""
REFERENCES = "(references)=\n# {zh}`文献`{en}`References`\n\n```{bibliography}\n```\n"
USED = re.compile(r"\{ref\}`(?:[^`<]*<)?([\w-]+)>?`|^[^|\n]*\|[^|\n]*\|[^|\n]*\| ([\w-]+)$", re.M)
DEFINED = re.compile(r"^\(([\w-]+)\)=$", re.MULTILINE)
FIRST = {"PYTHONHASHSEED": "0", "TZ": "UTC"}
SECOND = {"PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai", "LC_ALL": "C"}


def write_pages(book: SmallBook) -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    [sample] = re.findall(r"^````markdown\n(.*?)^````$", guide, re.MULTILINE | re.DOTALL)
    pages = {"sigmoid": sample, "index": MATTER + INDEX, "references": MATTER + REFERENCES}
    pages |= {name: (BOOK / f"{name}.md").read_text("utf-8") for name in ("loss", "glossary")}
    pages["glossary"] = re.sub(r"-exercise-\d+", "-exercises", pages["glossary"])
    text = "\n".join(pages.values())
    used = {label for labels in USED.findall(text) for label in labels if label}
    rest = sorted(used - set(DEFINED.findall(text)))
    sections = (f"({name})=\n## {{zh}}`一节`{{en}}`A part`\n" for name in rest)
    pages["rest"] = MATTER + "(rest)=\n# {zh}`其余`{en}`The rest`\n\n" + "\n".join(sections)
    (book.folder / "book" / "page.md").unlink()
    for name, page in pages.items():
        (book.folder / "book" / f"{name}.md").write_text(page, "utf-8")


def make(book: SmallBook, variables: dict[str, str], *arguments: str) -> None:
    code, output = book.make(*arguments, "EPUBCHECK=", variables=variables)
    assert code == 0, output


def build(book: SmallBook, variables: dict[str, str], *options: str) -> dict[str, bytes]:
    """Make the EPUBs and the site, which offers them, and return all that readers get."""
    write_pages(book)
    make(book, variables | {"CI": ""}, *options, "epub")
    make(book, variables, *options, "html")
    return files(book)


def files(book: SmallBook) -> dict[str, bytes]:
    built = book.folder / "_build"
    found = [*built.glob("*.zip"), *built.glob("epub/*.epub"), *built.glob("html/**/*")]
    return {p.relative_to(built).as_posix(): p.read_bytes() for p in found if p.is_file()}


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    folder = tmp_path_factory.mktemp("reproducible")
    first, second = SmallBook(folder / "book"), SmallBook(folder / "我的 书 a b")
    with ThreadPoolExecutor(2) as pool:
        started = [
            pool.submit(build, first, FIRST),
            pool.submit(build, second, SECOND, "-j2"),
        ]
        return [one.result() for one in started]


def test_the_site_its_notebooks_its_zip_and_the_epubs_are_there(
    builds: list[dict[str, bytes]],
) -> None:
    editions = ("zh", "en", "zh-en")
    wanted = {f"epub/concepts-{edition}.epub" for edition in editions} | {"concepts-offline.zip"}
    wanted |= {f"html/{edition}/sigmoid.html" for edition in editions}
    wanted |= {f"html/{edition}/_downloads/concepts-{edition}.epub" for edition in editions}
    wanted |= {f"html/{edition}/_downloads/sigmoid.ipynb" for edition in ("zh", "en")}
    assert wanted <= set(builds[0])


def test_another_folder_seed_locale_zone_and_number_of_jobs_give_the_same_bytes(
    builds: list[dict[str, bytes]],
) -> None:
    first, second = builds
    assert set(first) == set(second)
    assert [name for name in first if first[name] != second[name]] == []
