"""What an author's house asks of documents, besides that their formulas hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """What is asked of a document.

    Parameters
    ----------
    languages : tuple of str
        In which languages readers are told what a symbol or an equation means, as an author would
        write their names; none: as the author likes.
    strict : bool
        Whether every display has a label and a check, and no number but that of the document.  Else
        a display without a check is run as an identity, or a bound, if there is a table above.

    Examples
    --------
    >>> rules = Rules(("中文", "English"))
    >>> rules.are_said(("和", "sum")), rules.are_said(("和",)), rules.form
    (True, False, '中文 | English')
    """

    languages: tuple[str, ...] = ()
    strict: bool = False

    def are_said(self, meanings: tuple[str, ...]) -> bool:
        """Tell whether something is said in each of the languages."""
        return all(meanings) and (not self.languages or len(meanings) == len(self.languages))

    @property
    def form(self) -> str:
        """How meanings are written."""
        return " | ".join(self.languages) or "MEANING"

    @property
    def all_languages(self) -> str:
        """What the languages are called together."""
        named = {1: "one language", 2: "both languages"}
        return named.get(len(self.languages), f"all {len(self.languages)} languages")


PLAIN = Rules()  # nothing but that formulas hold
