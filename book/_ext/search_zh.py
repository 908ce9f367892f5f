"""Chinese search without a dictionary: single characters and pairs of neighbours are the words.

Sphinx's own splitter for Chinese finds nothing in the browser.  Here the index holds every Han
character and every pair; a query is cut into pairs, so that 梯度消失 asks for 梯度, 度消 and 消失.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import snowballstemmer
from sphinx.search import _MINIFIED_JS_PATH, SearchLanguage
from sphinx.search.zh import SearchChinese

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = re.compile(f"[{HAN}]+|[a-zA-Z0-9_]+")
SUFFIX = "~~"  # Sphinx's script takes words of one or two letters for optional: make them longer


class CharacterPairs(SearchLanguage):
    """Han text as characters and pairs, Latin text as stemmed English words."""

    lang = "zh"
    language_name = "Chinese"
    stopwords = SearchChinese.stopwords
    js_stemmer_code = (
        "\n".join(
            (_MINIFIED_JS_PATH / name).read_text(encoding="utf-8")
            for name in ("base-stemmer.js", "english-stemmer.js")
        )
        + f"""
window.Stemmer = class {{
  constructor() {{ this.english = new EnglishStemmer(); }}
  stemWord(word) {{
    return /[{HAN}]/.test(word) ? word + "{SUFFIX}" : this.english.stemWord(word);
  }}
}};"""
    )
    js_splitter_code = f"""
window.splitQuery = (query) =>
  (query.match(/[{HAN}]+|[a-zA-Z0-9_]+/g) || []).flatMap((word) =>
    word.length > 1 && /[{HAN}]/.test(word)
      ? Array.from({{ length: word.length - 1 }}, (_, i) => word.slice(i, i + 2))
      : [word]);
"""

    def __init__(self, options: dict[str, str]) -> None:
        super().__init__(options)
        self._english = snowballstemmer.stemmer("english")

    def split(self, text: str) -> list[str]:
        """Cut a text into the words of the index."""
        words: list[str] = []
        for run in WORD.findall(text):
            if _is_han(run):
                words += run
                words += [run[i : i + 2] for i in range(len(run) - 1)]
            else:
                words.append(run)
        return words

    def word_filter(self, word: str) -> bool:
        """Keep all that is stemmed to more than one letter."""
        return len(word) > 1

    def stem(self, word: str) -> str:
        """Return the form of a word under which the index holds it."""
        return word + SUFFIX if _is_han(word) else str(self._english.stemWord(word.lower()))


def _is_han(word: str) -> bool:
    return re.match(f"[{HAN}]", word) is not None


def setup(app: Sphinx) -> ExtensionMetadata:
    """Replace Sphinx's Chinese search."""
    app.add_search_language(CharacterPairs)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
