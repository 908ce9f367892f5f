"""Chinese in the order of its sound: the sort keys of the index and of the glossary."""

from __future__ import annotations

import re

from pypinyin import Style, lazy_pinyin

HAN = re.compile("[\u3400-\u9fff]")


def sort_key(text: str) -> str:
    """Return the pinyin of Chinese text, tones as digits; other text as it is.

    Examples
    --------
    >>> sort_key("梯度")
    'ti1 du4'
    >>> sort_key("gradient")
    'gradient'
    """
    if not HAN.search(text):
        return text
    return " ".join(lazy_pinyin(text, style=Style.TONE3))
