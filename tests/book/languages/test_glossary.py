"""The glossary: whole, in both orders, and the only names that the pages use."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from book._ext.languages.glossary import (
    CHARACTERS,
    Entry,
    by_alphabet,
    by_letter,
    by_pinyin,
    entries_of,
    synonyms,
)
from book._ext.paths import BOOK
from book._ext.site.katex import NODE
from tests.book.conftest import PAGE, SmallBook

ENTRIES = entries_of()
CHOSEN = {entry.names["zh"].term: entry.key for entry in ENTRIES}
NAMES = {
    language: {
        **{entry.names[language].short: entry for entry in ENTRIES},
        **{name: entry for entry in ENTRIES for name in entry.names[language].synonyms},
        **{entry.names[language].term: entry for entry in ENTRIES},
    }
    for language in ("zh", "en")
}
PLURALS = (("s$", ""), ("ices$", "ix"), ("ves$", "f"))
PAGES = sorted(set(BOOK.glob("*.md")) - {BOOK / "glossary.md", BOOK / "errata.md"})

# The terms of the notes from which the book grew, with the English that the notes give.
NOTES = {
    **{"梯度": "gradient", "偏导数": "", "线性模型": "", "权重": "weight", "偏置": "bias"},
    **{"偏移量": "offset", "截距": "intercept", "仿射变换": "affine transformation"},
    **{"线性变换": "linear transformation", "平移": "translation", "特征": "", "点积": ""},
    **{"损失函数": "", "平方损失": "", "训练数据": "", "样本": "", "参数学习": "", "参数": ""},
    **{"训练损失": "", "解析解": "", "凸函数": "", "梯度下降": "", "学习率": "learning rate"},
    **{"超参数": "", "小批量随机梯度下降": "", "批量大小": "batch size"},
    **{"多层感知机": "multilayer perceptron", "前馈神经网络": "feedforward neural network"},
    **{"隐藏层": "", "全连接层": "", "表示": "", "线性预测器": "", "模型选择": "", "训练误差": ""},
    **{"泛化误差": "", "验证数据集": "", "测试数据集": "", "K 折交叉验证": "", "过拟合": ""},
    **{"欠拟合": "", "模型容量": "", "权重衰退": "weight decay", "范数": "norm"},
    **{"拉格朗日乘子": "", "惩罚项": "penalty", "正则项": "", "目标函数": "", "丢弃法": "dropout"},
    **{"噪音": "", "丢弃概率": "", "期望": "", "推理": "", "数值稳定性": "", "链式法则": ""},
    **{"梯度爆炸": "", "梯度消失": "", "激活函数": "", "权重初始化": "", "张量": "", "模块": ""},
    **{"前向传播": "forward propagation", "反向传播": "backpropagation"},
}
NOTES_IN_ENGLISH = ("MLP", "ReLU", "sigmoid", "softmax", "latent code", "latent space")

ALWAYS_OTHERWISE = {"差"}  # chā in every term, not chà
# not zhòng, fēn, tà, zǐ and dì, as these characters are mostly read
OTHER_READINGS = {
    *(("双重下降", "重"), ("重构损失", "重"), ("迭代重加权最小二乘", "重")),
    *(("主成分", "分"), ("主成分分析", "分"), ("拓扑序", "拓")),
    *(("叶子", "子"), ("钩子", "子"), ("影子价格", "子"), ("带泄漏的 ReLU", "的")),
}


def collate(words: list[str], locale: str) -> list[str]:
    """Return words as the Unicode collation of a language sorts them."""
    script = f"const w = {json.dumps(words)}; w.sort(new Intl.Collator('{locale}').compare);"
    command = [NODE, "-e", f"{script} console.log(JSON.stringify(w))"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    return list(json.loads(done.stdout))


def prose(path: Path) -> str:
    """Return the words of a page: no code, formulas, roles' targets or front matter."""
    text = re.sub(r"\A---\n.*?\n---\n", "", path.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^(?:\$\$.*?^\$\$[^\n]*|\([\w-]+\)=)$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\{term\}`([^`<]+?)(?: <[^>]*>)?`", r"\1", text)
    text = re.sub(r"\{(?:num|ref|eq|cite)[^}]*\}(`+).*?\1|\$[^$]*\$", "", text)
    text = re.sub(r"\{(?:zh|en)\}`([^`]*)`", r"\1 ", text)
    return re.sub(r"`[^`\n]*`", "", text)


# ------------------------------------------------------------------ what it holds


def test_every_term_of_the_notes_is_in_the_glossary_with_the_english_of_the_notes() -> None:
    assert [zh for zh in NOTES if zh not in NAMES["zh"]] == []
    assert [en for en in NOTES_IN_ENGLISH if en not in NAMES["en"]] == []
    for zh, en in NOTES.items():
        assert not en or NAMES["en"][en] is NAMES["zh"][zh]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)
def test_an_entry_says_one_sentence_in_each_language_and_leads_to_a_section(entry: Entry) -> None:
    assert re.fullmatch(r"[^。]+。", entry.meanings["zh"])
    assert re.fullmatch(r"[A-Z](?:[^.]|\.\d)+\.", entry.meanings["en"])
    assert any(f"\n({entry.label})=\n#" in page.read_text("utf-8") for page in BOOK.glob("*.md"))


def test_no_name_stands_for_two_concepts() -> None:
    for language in ("zh", "en"):
        names = [
            name
            for entry in ENTRIES
            for name in (entry.names[language].term, *entry.names[language].synonyms)
        ]
        assert sorted(names) == sorted(set(names))
    assert len({entry.id for entry in ENTRIES}) == len(ENTRIES)


def test_synonyms_are_found_by_the_term_that_was_chosen() -> None:
    found = synonyms(ENTRIES)
    assert found["权重衰退"] == ("权重衰减",)
    assert found["bias"] == ("offset", "intercept")
    assert found["multilayer perceptron"] == ("MLP",)
    assert "梯度" not in found


# ------------------------------------------------------------------ in which order


def test_english_terms_are_sorted_as_unicode_sorts_english() -> None:
    terms = [entry.key for entry in sorted(ENTRIES, key=by_alphabet)]
    assert terms == collate(sorted(terms), "en")


def test_chinese_terms_are_sorted_as_unicode_sorts_chinese() -> None:
    terms = [entry.names["zh"].term for entry in sorted(ENTRIES, key=by_pinyin)]
    han = [t for t in terms if t[0] > "\u2fff" and (t, t[0]) not in OTHER_READINGS]
    assert han == collate(sorted(han), "zh-u-co-pinyin")


def test_the_pinyin_of_every_character_agrees_with_its_place_in_the_unicode_order() -> None:
    readings = {
        (character, key[:2])
        for entry in ENTRIES
        for term in [entry.names["zh"].term]
        for character, key in zip(CHARACTERS.findall(term), by_pinyin(entry), strict=True)
        if character > "\u2fff" and character not in ALWAYS_OTHERWISE
        if (term, character) not in OTHER_READINGS
    }
    read = dict(readings)
    assert len(read) == len(readings)  # one reading a character
    in_order = collate(sorted(read), "zh-u-co-pinyin")
    assert [read[c] for c in in_order] == sorted(read.values())


def test_a_term_stands_under_the_letter_with_which_it_starts() -> None:
    letters = dict(by_letter(ENTRIES, by_pinyin))
    assert list(letters) == sorted(letters)
    assert [entry.key for entry in letters["N"]] == ["inner product"]
    assert [entry.key for entry in letters["H"]] == ["He initialisation", "buffer"]
    letters = dict(by_letter(ENTRIES, by_alphabet))
    assert list(letters) == sorted(letters)
    assert all(entry.key[0].upper() == letter for letter in letters for entry in letters[letter])


# ------------------------------------------------------------------ what the pages use


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_uses_no_synonym_but_to_mention_it(path: Path) -> None:
    mention = re.compile("又称|又叫|简称|also called|for short")
    used = [
        (synonym, sentence.strip())
        for sentence in re.split(r"(?<=[。；：.;:])|\n", prose(path))
        for entry in ENTRIES
        for language in ("zh", "en")
        for synonym in entry.names[language].synonyms
        if re.search(rf"(?<![A-Za-z]){re.escape(synonym)}(?![A-Za-z])", sentence)
        and not any(synonym in name for name in CHOSEN if name in sentence)
        and not mention.search(sentence)
    ]
    assert used == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_what_a_page_defines_in_bold_is_what_the_glossary_says(path: Path) -> None:
    text = path.read_text("utf-8")
    defined = re.findall(r"\*\*([^*`]+)\*\*（([^）`，]+)", text)
    defined += [(zh, en) for en, zh in re.findall(r"\*\*([^*`]+)\*\* \(([^),`]+)", text)]
    assert [names for names in defined if not agrees(*names)] == []


def agrees(zh: str, en: str) -> bool:
    """Tell whether the glossary has this pair; the English may be a plural, or start a sentence."""
    entry = NAMES["zh"].get(zh)
    singulars = {en, en[0].lower() + en[1:], *(re.sub(s, t, en) for s, t in PLURALS)}
    return entry is not None and not singulars.isdisjoint(entry.names["en"][:2])


# ------------------------------------------------------------------ how it is built

TERMS = """
```{terms}
权重; 权值 | quán zhòng | weight | page
系数 $w$。
The coefficient $w$.

偏置 | piān zhì | bias | page
常数。
The constant.
```

```{terms-index}
```

:::{zh}
{term}`偏置 <bias>`。
:::
:::{en}
The {term}`bias`.
:::
"""


def test_each_edition_has_its_order_and_all_have_the_same_ids_and_links(
    small_book: SmallBook,
) -> None:
    small_book.write(PAGE + TERMS)
    code, output = small_book.make("execute", "html-zh", "html-en", "html-zh-en")
    assert code == 0, output
    pages = {edition: small_book.html(edition) for edition in ("zh", "en", "zh-en")}
    ids = {name: re.findall(r'<dt id="([^"]+)"', page) for name, page in pages.items()}
    assert ids["zh"] == ids["zh-en"] == ["term-bias", "term-weight"]
    assert ids["en"] == ["term-bias", "term-weight"]
    assert all('href="#term-bias" title' in page for page in pages.values())
    words = {name: re.sub("<[^>]*>", "", page) for name, page in pages.items()}
    assert "又称权值。" in words["zh"]
    assert "Also 权值." in words["en"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("quán zhòng", "quán", r"pinyin has one syllable a character"),
        (" | page\n系数", "\n系数", "an entry is `中文 | pinyin | English | label`"),
        ("系数 $w$", "系数 $v$", r"page\.md:\d+: WARNING: formulas differ"),
        ("`bias`", "`biases`", "references differ"),
        ("| bias | page", "| bias | nowhere", "undefined label: 'nowhere'"),
        ("<bias>`。", "<偏置>`。", "term not in glossary: '偏置'"),
    ],
)
def test_a_broken_entry_fails_the_build(
    small_book: SmallBook, old: str, new: str, message: str
) -> None:
    small_book.write(PAGE + TERMS.replace(old, new))
    code, output = small_book.make("execute", "html-zh")
    assert code != 0
    assert re.search(message, output), output
