"""The glossary: whole, in both orders, and the only names that the pages use."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from docutils import nodes
from sphinx import addnodes

from book._ext.languages.bilingual import EDITIONS
from book._ext.languages.glossary import (
    CHARACTERS,
    Entry,
    by_alphabet,
    by_letter,
    by_pinyin,
    entries_of,
    read_entries,
    synonyms,
)
from book._ext.paths import BOOK
from book._ext.site.katex import NODE
from tests.book.app import PAGE, Build

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
    **{"欠拟合": "", "模型容量": "", "权重衰减": "weight decay", "范数": "norm"},
    **{"拉格朗日乘子": "", "惩罚项": "penalty", "正则项": "", "目标函数": "", "丢弃法": "dropout"},
    **{"噪音": "", "丢弃概率": "", "期望": "", "推理": "", "数值稳定性": "", "链式法则": ""},
    **{"梯度爆炸": "", "梯度消失": "", "激活函数": "", "权重初始化": "", "张量": "", "模块": ""},
    **{"前向传播": "forward propagation", "反向传播": "backpropagation"},
}
NOTES_IN_ENGLISH = ("MLP", "ReLU", "sigmoid", "softmax", "latent code", "latent space")

ALWAYS_OTHERWISE = {"差"}  # chā in every term, not chà
# not zhòng, chà, fēn, tà, xiào, xíng, zǐ, dì, diào, yīng and zhǎng, as these are mostly read
OTHER_READINGS = {
    ("差商", "差"),
    *(("双重下降", "重"), ("重构损失", "重"), ("迭代重加权最小二乘", "重")),
    *(("重置门", "重"), ("重参数化", "重")),
    *(("主成分", "分"), ("主成分分析", "分"), ("拓扑序", "拓"), ("校准", "校")),
    ("行向量", "行"),
    *(("叶子", "子"), ("钩子", "子"), ("影子价格", "子"), ("带泄漏的 ReLU", "的")),
    ("解耦的权重衰减", "的"),
    *(("微调", "调"), ("黑塞矩阵", "塞")),
    *(("共适应", "应"), ("自适应学习率", "应")),
    ("长短期记忆网络", "长"),
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
    assert found["权重衰减"] == ("权重衰退",)
    assert found["bias"] == ("offset", "intercept")
    assert found["multilayer perceptron"] == ("MLP",)
    assert "梯度" not in found


# ------------------------------------------------------------------ in which order


def test_english_terms_are_sorted_as_unicode_sorts_english() -> None:
    terms = [entry.key for entry in sorted(ENTRIES, key=by_alphabet)]
    assert terms == collate(sorted(terms), "en")


def test_chinese_terms_are_sorted_as_unicode_sorts_chinese() -> None:
    terms = [entry.names["zh"].term for entry in sorted(ENTRIES, key=by_pinyin)]
    other = {term for term, _ in OTHER_READINGS}  # Unicode sorts them by the commoner reading
    han = [t for t in terms if t[0] > "\u2fff" and t not in other]
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
    names = ["nat", "internal covariate shift", "inner product", "Nesterov accelerated gradient"]
    assert [entry.key for entry in letters["N"]] == names
    assert {entry.key for entry in letters["H"]} >= {"He initialisation", "buffer", "regression"}
    letters = dict(by_letter(ENTRIES, by_alphabet))
    assert list(letters) == sorted(letters)
    assert all(entry.key[0].upper() == letter for letter in letters for entry in letters[letter])


# ------------------------------------------------------------------ what the pages use


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_uses_no_synonym_but_to_mention_it(path: Path) -> None:
    mention = re.compile("又称|又叫|简称|also called|for short")
    names = [*CHOSEN, *CHOSEN.values()]  # a synonym may be part of a name
    used = [
        (synonym, sentence.strip())
        for sentence in re.split(r"(?<=[。；：.;:])|\n", prose(path))
        for entry in ENTRIES
        for language in ("zh", "en")
        for synonym in entry.names[language].synonyms
        if re.search(rf"(?<![A-Za-z]){re.escape(synonym)}(?![A-Za-z])", sentence)
        and not any(synonym in name for name in names if name in sentence)
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
EXTENSIONS = ("book._ext.languages",)


@pytest.mark.parametrize(
    ("edition", "terms", "index", "said"),
    [
        ("zh", ["bias", "weight"], ["bias", "weight"], "权重 weight系数 w。又称权值。→ 一页"),
        (
            "en",
            ["bias", "weight"],
            ["偏置", "权重"],
            "weight 权重 quán zhòngThe coefficient w. Also 权值.→ A page",
        ),
        (
            "zh-en",
            ["bias", "weight"],
            ["bias", "weight"],
            "权重 quán zhòng weight系数 w。又称权值。",
        ),
    ],
)
def test_an_edition_has_its_order_its_index_and_its_sentence_under_the_same_ids(
    build: Build, edition: str, terms: list[str], index: list[str], said: str
) -> None:
    doctree = build(PAGE + TERMS, *EXTENSIONS, edition=edition, builder="dummy").resolved()
    items = list(doctree.findall(nodes.definition_list_item))
    entries = [item for item in items if item[0]["ids"]]
    assert [item[0]["ids"] for item in entries] == [[f"term-{name}"] for name in terms]
    assert said in entries[1].astext().replace("\n", "")
    lines = [item for item in items if not item[0]["ids"]]
    assert [line[1].astext() for line in lines] == index


@pytest.mark.parametrize("edition", ["zh", "en", "zh-en"])
def test_a_term_is_linked_to_its_entry_in_each_edition(build: Build, edition: str) -> None:
    page = build(PAGE + TERMS, *EXTENSIONS, edition=edition).html()
    link = '<a class="reference internal" href="#term-bias"><span class="xref std std-term">'
    assert page.count(link) == len(EDITIONS[edition])
    assert page.count('<dt id="term-bias"') == 1


def test_the_index_of_the_book_has_both_names_and_leads_from_synonyms(build: Build) -> None:
    doctree = build(PAGE + TERMS, *EXTENSIONS, builder="dummy").doctree()
    entries = [entry for node in doctree.findall(addnodes.index) for entry in node["entries"]]
    assert ("single", "权重", "term-weight", "main", "Q") in entries
    assert ("single", "weight", "term-weight", "main", "W") in entries
    assert ("see", "权值; 权重", "term-weight", "", "") in entries


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        ("quán zhòng", "quán", ["page.md:24: WARNING: pinyin has one syllable a character"]),
        (
            "piān zhì",
            "piān zhi",
            ["page.md:28: WARNING: pinyin without its tone: zhi in 'piān zhi'"],
        ),
        (
            " | page\n系数",
            "\n系数",
            ["page.md:24: WARNING: an entry is `中文 | pinyin | English | label`"],
        ),
        (
            "权重; 权值",
            "权重(; 权值",
            ["page.md:24: WARNING: a name is `term (short form); synonym"],
        ),
        ("| bias | page", "| bias | nowhere", ["page.md:28: WARNING: no label 'nowhere'"]),
        ("<bias>`。", "<偏置>`。", ["references differ", "no term '偏置'"]),
        (
            "偏置 | piān zhì | bias",
            "偏置 | piān zhì | weight",
            ["page.md:28: WARNING: a second entry for weight: make one of both"],
        ),
        ("系数 $w$", "系数 $v$", ["page.md:25: WARNING: formulas differ"]),
        ("`bias`", "`biases`", ["references differ"]),
    ],
)
def test_a_broken_entry_is_a_warning(build: Build, old: str, new: str, messages: list[str]) -> None:
    assert TERMS.count(old) == 1
    build(PAGE + TERMS.replace(old, new), *EXTENSIONS, warns=messages)


def test_a_broken_entry_is_named_alone_and_the_others_are_there(build: Build) -> None:
    lines = ":::{zh}\n{term}`权重 <weight>`。\n:::\n:::{en}\nA {term}`weight`.\n:::\n"
    broken = TERMS.replace("权重; 权值 | quán", "权重; 权值 | quan | quán").replace("piān", "pian")
    warns = [
        "page.md:24: WARNING: an entry is `中文 | pinyin",
        "page.md:28: WARNING: pinyin without its tone: pian",
    ]
    page = build(PAGE + broken + "\n" + lines, *EXTENSIONS, warns=warns).html()
    assert '<dt id="term-bias"' in page
    assert 'href="#term-bias"' in page


@pytest.mark.parametrize(
    ("term", "pinyin", "toneless"),
    [
        ("偏置", "piān zhì", []),
        ("偏置", "pian zhì", ["pian"]),
        ("偏置", "pian zhi", ["pian", "zhi"]),
        ("绿", "lü", ["lü"]),
        ("叶子", "yè zi", []),
        ("带泄漏的 ReLU", "dài xiè lòu de ReLU", []),
    ],
)
def test_every_syllable_has_its_tone_but_particles_and_latin_words(
    term: str, pinyin: str, toneless: list[str]
) -> None:
    [entry] = read_entries(f"{term} | {pinyin} | a term | page\n句。\nSentence.\n")
    assert entry.toneless == toneless


@pytest.mark.parametrize("edition", ["zh", "zh-en"])
@pytest.mark.parametrize(("shown", "warns"), [("权值", True), ("权重", True), ("偏置的", False)])
def test_a_term_shown_by_the_name_of_another_entry_is_refused(
    build: Build, shown: str, warns: bool, edition: str
) -> None:
    page = (
        PAGE + "\n```{toctree}\nglossary\n```\n\n"
        f":::{{zh}}\n{{term}}`{shown} <bias>`。\n:::\n:::{{en}}\nThe {{term}}`bias`.\n:::\n"
    )
    glossary = "(glossary)=\n# {zh}`术语`{en}`Terms`\n" + TERMS
    message = f"{{term}}`{shown} <bias>` leads to another entry than the one of that name: "
    pages = {"page": page, "glossary": glossary}
    said = [message + "write <weight>"] if warns else []
    built = build(pages, *EXTENSIONS, edition=edition, builder="dummy", warns=said)
    assert not warns or re.search(r"/page\.md:\d+: WARNING: ", built.warnings)


def test_a_term_that_no_entry_has_is_one_finding_whatever_name_it_is_shown_by(build: Build) -> None:
    text = "\n:::{zh}\n{term}`权值 <bais>`。\n:::\n:::{en}\nThe {term}`bias`.\n:::\n"
    page = PAGE + "\n```{toctree}\nglossary\n```\n" + text
    glossary = "(glossary)=\n# {zh}`术语`{en}`Terms`\n" + TERMS
    pages = {"page": page, "glossary": glossary}
    built = build(pages, *EXTENSIONS, warns=["references differ", "page.md:28: WARNING: no term"])
    assert "leads to another entry" not in built.warnings


def test_a_change_of_the_glossary_alone_is_checked_against_pages_that_are_not_read_again(
    build: Build,
) -> None:
    page = (
        PAGE + "\n```{toctree}\nglossary\n```\n\n"
        ":::{zh}\n{term}`权值 <weight>`。\n:::\n:::{en}\nThe {term}`weight`.\n:::\n"
    )
    glossary = "(glossary)=\n# {zh}`术语`{en}`Terms`\n" + TERMS
    build({"page": page, "glossary": glossary}, *EXTENSIONS, builder="dummy")
    moved = glossary.replace("权重; 权值", "权重").replace("偏置 |", "偏置; 权值 |")
    built = build(
        {"page": page, "glossary": moved},
        *EXTENSIONS,
        builder="dummy",
        warns=["page.md:28: WARNING: {term}`权值 <weight>` leads to another entry"],
    )
    assert "reading sources... [100%] glossary" in built.printed
    assert "page" not in built.printed.partition("reading sources")[2].partition("looking")[0]
    build({"page": PAGE + "\n```{toctree}\nglossary\n```\n", "glossary": moved}, *EXTENSIONS)
