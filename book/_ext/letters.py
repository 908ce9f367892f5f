r"""A formula in plain letters, where none can be set: the search shows ``½(y − ŷ)²`` of its LaTeX.

Fractions, roots, powers and indices stay what they are: by Unicode's own letters where it has them,
else by a bar, a root sign, ``^`` or ``_``, with brackets around what is more than one thing.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

TOKEN = re.compile(r"\\(?P<name>[A-Za-z]+)\*?|\\(?P<sign>.)|\s+|(?P<char>[,:] |.)", re.DOTALL)
# HTML's names of characters are, by design, nearly all those of LaTeX; these are the others.
NAMES = {"to": "→", "infty": "∞", "ldots": "…", "cdots": "⋯", "cdot": "·", "circ": "∘"}
NAMES |= {
    "mid": " | ",
    "langle": "⟨",
    "rangle": "⟩",
    "partial": "∂",
    "quad": " ",
    "qquad": " ",
    "top": "⊤",
}
NAMES |= {"epsilon": "ϵ", "varepsilon": "ε", "phi": "ϕ", "varphi": "φ"}
NAMES |= dict.fromkeys(("left", "right", "displaystyle", "big", "Big", "bigl", "bigr"), "")
SIGNS = {"|": "‖", "\\": "; ", "{": "{", "}": "}"}  # what else follows a backslash is space
CHARACTERS = {"-": "−", "'": "′", "&": ", ", "~": " "}
STYLES = {"boldsymbol", "mathbf", "mathsf", "mathcal", "mathbb"}
WORDS = {"text", "operatorname", "mathrm"}
STYLED = {("mathbb", c): letter for c, letter in zip("RNZP", "ℝℕℤℙ", strict=True)}
STYLED |= {("mathcal", "L"): "ℒ"}
ACCENTS = {"hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}
RAISED = dict(zip("0123456789+−=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾", strict=True))
RAISED |= dict(zip("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True))
RAISED |= {"L": "ᴸ", "K": "ᴷ", "⊤": "ᵀ", "*": "*", "′": "′"}
LOWERED = dict(zip("0123456789+−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True))
LOWERED |= dict(zip("aehijklmnoprstuvx", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
VULGAR = {unicodedata.normalize("NFKC", c): c for c in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"}
SCRIPTS = "".join({*RAISED.values(), *LOWERED.values()} - {"*", "′"})
RELATIONS = "=<>≤≥≠≈∼→∈⊆"
BINARY = f"{RELATIONS}+−×⊙∘±·"
BRACKETED = re.compile(r"\([^()]*\)|‖[^‖]*‖|⟨[^⟨⟩]*⟩")
APART = "\u2063"  # stands beside what would run together with a letter

Tokens = Iterator[re.Match[str]]


def plain(latex: str) -> str:
    r"""Return a formula in plain letters: ``\frac{1}{n}\|\mathbf{w}\|_2^2`` is ``1/n ‖w‖₂²``."""
    text = "".join(_read(TOKEN.finditer(latex)))
    text = re.sub(rf"(?<=[\w)\]‖]){APART}+(?=[^\W_]|[√∂∑‖])", " ", text).replace(APART, "")
    text = re.sub(rf", (?=[{RELATIONS}])", "", re.sub(rf"([∑∏][{SCRIPTS}]++)(?=\w)", r"\1 ", text))
    text = re.sub(rf"(?<=[^\s{BINARY}(\[⟨/,;]) *([{BINARY}]) *(?=\S)", r" \1 ", text)
    text = re.sub(r"(?<=[(\[⟨]) +| +(?=[)\]⟩,;.])", "", text.replace("‖ · ‖", "‖·‖"))
    return unicodedata.normalize("NFC", re.sub(r"\s+", " ", text).strip())


def _read(tokens: Tokens) -> Iterator[str]:
    """Yield what each thing becomes, up to the end of the formula or of its group."""
    for token in tokens:
        if token[0] == "}":
            return
        yield _thing(token, tokens)


def _argument(tokens: Tokens) -> str:
    """Return what the next thing becomes."""
    token = next((token for token in tokens if not token[0].isspace()), None)
    return _thing(token, tokens).strip(f" {APART}") if token else ""


def _thing(token: re.Match[str], tokens: Tokens) -> str:
    if token["name"]:
        return _command(token["name"], tokens)
    if token["sign"]:
        return SIGNS.get(token["sign"], "")
    if token[0] == "{":
        return "".join(_read(tokens))
    if token[0] in ("^", "_"):
        return _script(token[0], _argument(tokens))
    return CHARACTERS.get(token["char"], token["char"]) if token["char"] else ""


def _command(name: str, tokens: Tokens) -> str:
    if name in ("frac", "dfrac", "tfrac"):
        return _fraction(_argument(tokens), _argument(tokens))
    if name == "binom":
        return f"C({_argument(tokens)}, {_argument(tokens)})"
    if name == "sqrt":
        return f"√{_as_one(_argument(tokens))}"
    if name in ACCENTS:
        text = _argument(tokens)
        return f"{text[0]}{ACCENTS[name]}{text[1:]}" if text == _as_one(text) else text
    if name in STYLES:
        text = _argument(tokens)
        return STYLED.get((name, text), text)
    if name in WORDS:
        next(tokens)
        words = "".join(iter(lambda: next(tokens)[0], "}"))
        return APART + re.sub(r"\\.", " ", words) + APART
    if name in ("begin", "end"):
        return ("[" if name == "begin" else "]") if "matrix" in _argument(tokens) else ""
    entity = f"&{name};"
    character = NAMES.get(name, html.unescape(entity))
    return f"{APART}{name}{APART}" if character == entity else character


def _script(mark: str, text: str) -> str:
    letters = RAISED if mark == "^" else LOWERED
    text = re.sub(r"\s+", "", text)
    if letters.keys() >= set(text):
        return "".join(map(letters.__getitem__, text))
    return f"{mark}{text if len(text) == 1 else f'({text})'}{APART}"


def _fraction(above: str, below: str) -> str:
    if vulgar := VULGAR.get(f"{above}⁄{below}"):
        return vulgar
    whole = BRACKETED.sub("", above[1:])
    above = f"({above})" if any(c in whole for c in "=+−±/; ") else above
    return f"{APART}{above}/{_as_one(below)} "


def _as_one(text: str) -> str:
    """Put brackets around what is more than one letter or number with what is raised or lowered."""
    bare = BRACKETED.sub("a", text.removeprefix("∂"))
    letters = [c for c in bare if unicodedata.category(c) in ("Ll", "Lu", "Lo")]
    is_one = not re.search(rf"[\s/{BINARY}]", bare) and (
        bare.isdecimal() or (len(letters) <= 1 and not re.search(r"\d", bare))
    )
    return text if is_one else f"({text})"
