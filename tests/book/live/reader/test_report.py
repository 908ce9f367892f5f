"""What Python tells the page while it is at work."""

from __future__ import annotations

from book._ext.live.reader.report import listen, report


def test_the_one_who_listens_hears_json_and_without_one_nothing_fails() -> None:
    report(text="to nobody")
    heard: list[str] = []
    listen(lambda text: None)
    listen(heard.append)
    report(text="a", count=2)
    assert heard == ['{"text": "a", "count": 2}']
    listen(lambda text: None)
