"""A page as authors write it, with all that it leads to: executed, built and tested as the book is.

    built = build_whole(build, tmp_path, "softmax", text)
    assert "<details" in built["en"]

Where the page leads stand the book's own terms, sources and labels: what the book does not have is
a warning, and so fails the test.
"""

from __future__ import annotations

from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn

from book._ext.build.new import labels_in, labels_of
from book._ext.languages.glossary import BLOCK, GLOSSARY
from book._ext.paths import BOOK
from book._ext.truth import execution, kernels
from book._ext.truth.claims import findings_of, judge
from tests.book.app import Build

EXTENSIONS = (
    *("book._ext.bibliography", "book._ext.languages", "book._ext.truth"),
    "book._ext.exercises",
)
INDEX = "(index)=\n# {{zh}}`书`{{en}}`Book`\n\n```{{toctree}}\n{}\nelsewhere\n```\n"
ELSEWHERE = """\
(elsewhere)=
# {{zh}}`别处`{{en}}`Elsewhere`

```{{terms}}
{}
```

```{{bibliography}}
```
"""
SECTION = "\n({})=\n## {{zh}}`某节`{{en}}`A section`\n"


def build_whole(build: Build, folder: Path, name: str, text: str) -> dict[str, str]:
    """Return a page as it is built in Chinese and in English: all checks pass, all cells run."""
    executed = folder / "executed"
    execute_into(executed, folder / "book" / f"{name}.md", text)
    pages = {"index": INDEX.format(name), name: text, "elsewhere": elsewhere(text)}
    settings = {
        "nitpicky": True,
        "numfig": True,
        "nb_execution_mode": "cache",
        "nb_execution_cache_path": str(executed),
        "without_outputs": ["index", "elsewhere"],  # else a kernel would start for them
        "bibtex_bibfiles": [str(BOOK / "references.bib")],
        "bibtex_default_style": "unsrt",
    }
    return {
        edition: build(pages, *EXTENSIONS, edition=edition, **settings).html(name)
        for edition in ("zh", "en")
    }


def execute_into(cache: Path, path: Path, text: str) -> None:
    """Execute the cells of a page, and keep what they print where builds find it."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    kernels.prepare_kernels()
    outcome = kernels.execute(kernels.read_page(path))
    verdicts = judge(outcome.page.claims, outcome.answers)
    findings = outcome.findings + findings_of(path, verdicts)
    assert findings == [], f"unexpected findings: {findings}"
    bundle = CacheBundleIn(outcome.page.notebook, str(path))
    keeper = get_cache(str(cache))
    keeper.cache_notebook_bundle(bundle, check_validity=False)
    kept = execution.kept_pages(cache)
    kept.add(path, outcome.page.content, execution.key_of(outcome.page, keeper), verdicts)
    kept.save()


def elsewhere(text: str) -> str:
    """Return a page with what a page leads to: terms, publications, and sections of the book."""
    [terms] = BLOCK.findall(GLOSSARY.read_text("utf-8"))
    names = [entry.splitlines()[0].rpartition("|")[0] for entry in terms.split("\n\n")]
    entries = "\n\n".join(f"{line}| elsewhere\n一。\nOne." for line in names)
    leads = [label for label in labels_of(BOOK) if f"{{ref}}`{label}`" in text]
    sections = "".join(SECTION.format(label) for label in leads if label not in labels_in(text))
    return ELSEWHERE.format(entries) + sections
