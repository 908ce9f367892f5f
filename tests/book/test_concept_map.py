"""What the notes say, and use, has its place in the book: each label once, on its page."""

from __future__ import annotations

import re

import pytest

from book._ext.paths import BOOK
from tests.book.concept_map import BEYOND, ERRATA, LABELS, NOT_COMPARED, PLACES, STATEMENTS

PLACE = re.compile(r"^\$\$ \((eq-[\w-]+)\)$|^    name: (fig-[\w-]+)$|^\(([\w-]+)\)=$", re.MULTILINE)
SECTIONS = """
梯度 线性模型 线性模型的实例 抽象的线性模型 损失函数 训练数据 参数学习 基本优化方法 梯度下降
小批量随机梯度下降 多层感知机_MLP 模型选择 过拟合和欠拟合 权重衰退_Weight_Decay
使用均方范数作为硬性限制 使用均方范数作为柔性限制 参数更新法则 丢弃法_Dropout 无偏差的加入噪音
使用丢弃法 数值稳定性 网络的梯度 MLP_的例子 梯度爆炸 梯度消失 权重初始化 Latent_Space_&_Code
前向和反向传播 Concept_Links
"""  # every heading of the notes, in their order


def pages_by_place() -> dict[str, list[str]]:
    """Return the pages on which each equation, figure and section of the book is labelled."""
    found: dict[str, list[str]] = {}
    for path in sorted(BOOK.glob("*.md")):
        for names in PLACE.findall(path.read_text("utf-8")):
            found.setdefault("".join(names), []).append(path.stem)
    return found


EVERYWHERE = [*PLACES, *BEYOND]


@pytest.mark.parametrize(("place", "page"), EVERYWHERE, ids=[place for place, _ in EVERYWHERE])
def test_a_place_of_the_map_stands_once_and_on_its_page(place: str, page: str) -> None:
    assert pages_by_place().get(place) == [page]


def test_every_section_of_the_notes_is_reached_in_their_order() -> None:
    reached = list(dict.fromkeys(statement.section for statement in STATEMENTS))
    assert reached == [name.replace("_", " ") for name in SECTIONS.split()]


def test_the_map_has_the_53_equations_each_once() -> None:
    assert len(LABELS) == len(set(LABELS)) == 53
    assert set(NOT_COMPARED) < set(LABELS)


@pytest.mark.parametrize("error", ERRATA)
def test_every_error_of_the_notes_has_its_section_on_the_page_of_errata(error: str) -> None:
    assert pages_by_place().get(ERRATA[error]) == ["errata"]


def test_the_page_of_errata_numbers_its_entries_and_the_map_has_them_all() -> None:
    text = (BOOK / "errata.md").read_text("utf-8")
    entries = re.findall(r"^\(([\w-]+)\)=\n### (\d+)\. ", text, re.MULTILINE)
    assert [int(number) for _, number in entries] == list(range(1, len(ERRATA) + 1))
    assert {section for section, _ in entries} == set(ERRATA.values())
    said = {31: ("$31$ 处需要改正", "$31$ places that needed correction")}[len(entries)]
    assert all(words in text for words in said)
