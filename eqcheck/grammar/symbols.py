r"""The page's table of symbols: the small language of its lines, and how a written name is found.

A line declares names, fixes a dimension, or defines by a formula::

    n = 7                                                | 样本数 | number of samples
    d_l = 5, 4, 3, 2, 6                                  | 各层宽度 | widths, l = 0, 1, ...
    \mathbf{x}, \mathbf{w} : R[d]; entries x_j, w_j      | 特征与权重 | features, weights
    \mathbf{X} : R[n,d]; rows \mathbf{x}_i               | 数据 | data
    \mathbf{W}^{(l)} : R[d_l,d_{l-1}]; l = 1..L          | 权重 | weights of layer l
    \ell(y, \hat{y}) = \frac{1}{2}(y-\hat{y})^2          | 损失 | loss
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from ..errors import Refusal
from .lexer import Token, tokenize
from .names import Name, key, read_name, text

KINDS = ("ones", "zeros", "identity", "orthonormal", "simplex", "symmetric")
FLAGS = ("entrywise", "random", "defined")


@dataclass(frozen=True)
class Line:
    """One line of the table as its readers see it: what a page prints."""

    kind: str  # declaration, dimension or definition
    names: tuple[str, ...]
    right: str  # a domain, a value, or a formula
    options: tuple[str, ...] = ()
    meanings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Domain:
    """Where a value comes from: a kind, its LaTeX parameters and its LaTeX shape."""

    kind: str
    parameters: tuple[str, ...] = ()
    shape: tuple[str, ...] = ()
    inputs: tuple[Domain, ...] = ()
    output: Domain | None = None


@dataclass(frozen=True)
class Declaration:
    """One declared name with all that its line says about it."""

    key: str
    latex: str
    domain: Domain | None
    formals: tuple[str, ...] = ()
    index: tuple[str, str, str] | None = None
    flags: frozenset[str] = frozenset()
    code: str | None = None
    place: int | None = None
    iterates: str | None = None

    @property
    def is_function(self) -> bool:
        """Whether the name takes arguments in parentheses."""
        return bool(self.formals) or (self.domain is not None and self.domain.kind == "function")


@dataclass(frozen=True)
class Pattern:
    """A name with index positions: the scripts around them, and what the indices select."""

    key: str
    base: str
    sub: tuple[str, ...] | None
    sup: tuple[str, ...] | None
    variables: tuple[str, ...]
    role: str  # family, entries, rows or columns
    parent: str


@dataclass(frozen=True)
class Found:
    """What a written name stands for, and the part of its superscript that is not its own."""

    key: str
    indices: tuple[tuple[Token, ...], ...] | None
    rest: tuple[Token, ...] | None


@dataclass
class Table:
    """All names of a page: declarations, dimensions and patterns, by canonical text."""

    declarations: dict[str, Declaration] = field(default_factory=dict)
    dimensions: dict[str, int] = field(default_factory=dict)
    widths: dict[str, tuple[int, ...]] = field(default_factory=dict)
    patterns: dict[str, Pattern] = field(default_factory=dict)

    def copy(self) -> Table:
        """Return an independent table with the same content."""
        return Table(
            dict(self.declarations), dict(self.dimensions), dict(self.widths), dict(self.patterns)
        )

    # -------------------------------------------------------------------------------- finding

    def find(self, name: Name) -> Found | None:
        """Resolve a written name: exact, or through a pattern; None if nothing fits.

        The longest part of the superscript that belongs to a name is taken; what is left over
        (a transpose, a power) is returned as ``rest``.
        """
        own, rest = name.sup, None
        splits: list[tuple[tuple[Token, ...] | None, tuple[Token, ...] | None]] = [(own, rest)]
        if own is not None:
            for length in (1, 2):
                if text(own[-length:]) in ("\\top", "T", "-\\top", "-1") and len(own) > length:
                    splits.append((own[:-length], own[-length:]))
            splits.append((None, own))
        for sup, rest in splits:
            exact = key(name.base, name.sub, sup)
            if exact in self.dimensions or (
                exact in self.declarations and exact not in self.patterns
            ):
                return Found(exact, None, rest)
            for pattern in self.patterns.values():
                indices = _match(pattern, name.base, name.sub, sup)
                if indices is not None:
                    return Found(pattern.key, indices, rest)
        return None

    def is_function(self, key: str) -> bool:
        """Whether ``key`` takes arguments in parentheses."""
        declaration = self.declarations.get(key)
        return declaration is not None and declaration.is_function

    # ------------------------------------------------------------------------------ declaring

    def add(self, line: Line) -> None:
        """Take in a line that declares names or fixes a dimension.

        Raises
        ------
        Refusal
            If the line cannot be read, or a name is taken already.
        """
        if line.kind == "dimension":
            self._add_dimension(line)
            return
        names, options = line.names, line.options
        read = _domains(line.right, len(names))
        template = Declaration("", "", None)
        selections: list[tuple[str, list[str]]] = []
        for option in options:
            word, _, rest = option.partition(" ")
            if option in FLAGS:
                template = replace(template, flags=template.flags | {option})
            elif word in ("entries", "rows", "columns"):
                selections.append((word, split_at_commas(rest)))
            elif word == "code":
                template = replace(template, code=rest.strip())
            elif option.startswith("iterates of "):
                name, _ = read_name(tokenize(option[12:]), 0)
                template = replace(template, iterates=name.key)
            elif found := re.fullmatch(r"(\S+)\s*=\s*(.+?)\s*\.\.\s*(.+)", option):
                template = replace(template, index=(found[1], found[2], found[3]))
            else:
                raise Refusal(
                    f"unknown option {option!r}",
                    "known are "
                    + ", ".join(
                        (*FLAGS, "entries", "rows", "columns", "code", "iterates of", "l = 1..L")
                    ),
                )
        for place, (latex, domain) in enumerate(zip(names, read, strict=True)):
            declaration = replace(
                template, latex=latex, domain=domain, place=place if len(names) > 1 else None
            )
            self._declare(declaration)
            for role, patterns in selections:
                if len(patterns) != len(names):
                    raise Refusal(f"{len(names)} names but {len(patterns)} {role}")
                self._add_pattern(patterns[place], role, self._last, None)

    def introduce(self, key: str, formals: tuple[str, ...] = ()) -> None:
        """Add a name that a formula defines and no line declares."""
        self._check_free(key)
        self.declarations[key] = Declaration(key, key, None, formals, flags=frozenset({"defined"}))

    def _declare(self, declaration: Declaration) -> None:
        tokens = tokenize(declaration.latex)
        name, at = read_name(tokens, 0)
        formals: tuple[str, ...] = ()
        if at < len(tokens):
            if tokens[at].text != "(" or tokens[-1].text != ")":
                raise Refusal(f"{declaration.latex!r} is not a name")
            inside = text(tokens[at + 1 : -1])
            formals = tuple(read_name(tokenize(part), 0)[0].key for part in split_at_commas(inside))
        declaration = replace(declaration, key=name.key, formals=formals)
        if declaration.index is not None:
            self._add_pattern(text(tokens[:at]), "family", name.key, declaration.index[0])
        self._check_free(name.key)
        self.declarations[name.key] = declaration
        self._last = name.key

    def _add_pattern(self, latex: str, role: str, parent: str, variable: str | None) -> None:
        name, at = read_name(tokens := tokenize(latex), 0)
        if at != len(tokens):
            raise Refusal(f"{latex!r} is not a name with indices")
        if variable is None:
            letters = tuple(token.text for token in name.sub or () if token.text != ",")
        else:
            letters = (variable,)
        shape = self.declarations[parent].domain if role != "family" else None
        if role == "entries" and shape is not None and len(letters) != len(shape.shape):
            raise Refusal(f"{latex!r}: one index for each axis of {parent}")
        sub, sup = (
            None if script is None else tuple(token.text for token in script)
            for script in (name.sub, name.sup)
        )
        written = [*(sub or ()), *(sup or ())]
        if any(written.count(letter) != 1 for letter in letters) or not letters:
            raise Refusal(f"{latex!r} does not show its index", "write it as in x_j")
        if name.key in self.patterns:
            raise Refusal(f"{latex!r} is declared twice")
        for other in self.patterns.values():
            if other.base == name.base and (other.sub is None, other.sup) == (sub is None, sup):
                raise Refusal(f"{latex!r} and {other.key} cannot be told apart")
        self.patterns[name.key] = Pattern(name.key, name.base, sub, sup, letters, role, parent)

    def _add_dimension(self, line: Line) -> None:
        [left], right = line.names, line.right
        name, _ = read_name(tokenize(left), 0)
        body = f"{left} = {right}"
        values = tuple(int(part) for part in right.split(","))
        self._check_free(name.key)
        taken = {*self.dimensions.values(), *(v for vs in self.widths.values() for v in vs)}
        if min(values) < 2 or (len(values) > 1 and len(set(values)) < len(values)):
            raise Refusal(
                f"{body}: dimensions are distinct and at least 2",
                "or a transpose or an order could hide",
            )
        if len(values) == 1 and values[0] in taken:
            raise Refusal(f"{body}: another dimension has this value", "choose another one")
        if len(values) == 1:
            self.dimensions[name.key] = values[0]
        else:
            letters = name.sub or ()
            if len(letters) != 1:
                raise Refusal(f"{body}: several values need an index", "write d_l = 5, 4, 3")
            self.widths[name.key] = values
            self.declarations[name.key] = Declaration(name.key, left, Domain("width"))
            self._add_pattern(left, "family", name.key, letters[0].text)

    def _check_free(self, key: str) -> None:
        if key in self.declarations or key in self.dimensions:
            raise Refusal(f"{key} is declared twice", "one name, one meaning on a page")


def read_line(text: str) -> Line:
    r"""Read one line of the table into its parts.

    Examples
    --------
    >>> read_line(r"\mathbf{x} : R[d]; entries x_j | 特征 | features")
    ... # doctest: +NORMALIZE_WHITESPACE
    Line(kind='declaration', names=('\\mathbf{x}',), right='R[d]', options=('entries x_j',),
         meanings=('特征', 'features'))
    """
    parts = [part.strip() for part in re.split(r"(?<=\s)\|(?=\s)", text.strip())]
    body, meanings = parts[0], tuple(parts[1:])
    marks = [token.text for token in tokenize(body)]
    if ":" in marks:
        left, right = (part.strip() for part in body.split(":", 1))
        domain, *options = (part.strip() for part in right.split(";"))
        return Line("declaration", tuple(split_at_commas(left)), domain, tuple(options), meanings)
    left, equals, right = (part.strip() for part in body.partition("="))
    if not (left and equals and right):
        raise Refusal(f"{body!r} declares nothing", "write NAME : DOMAIN, n = 7, or a definition")
    numbers = re.fullmatch(r"\d+(\s*,\s*\d+)*", right)
    return Line("dimension" if numbers else "definition", (left,), right, (), meanings)


def _match(
    pattern: Pattern, base: str, sub: tuple[Token, ...] | None, sup: tuple[Token, ...] | None
) -> tuple[tuple[Token, ...], ...] | None:
    """Return the tokens of each index if the scripts fit the pattern, else None."""
    if base != pattern.base:
        return None
    found: dict[str, tuple[Token, ...]] = {}
    for written, template in ((sub, pattern.sub), (sup, pattern.sup)):
        if written is None and template is None:
            continue
        if written is None or template is None:
            return None
        part = _fit(written, template, pattern.variables)
        if part is None:
            return None
        found.update(part)
    return tuple(found[letter] for letter in pattern.variables)


def _fit(
    written: tuple[Token, ...], template: tuple[str, ...], variables: tuple[str, ...]
) -> dict[str, tuple[Token, ...]] | None:
    places = [at for at, mark in enumerate(template) if mark in variables]
    if len(places) == 2 and "," not in template:  # x_{ij}: two single tokens, or x_{i+1,j}
        commas = [at for at, token in enumerate(written) if token.text == ","]
        if len(commas) == 1:
            written_parts = (written[: commas[0]], written[commas[0] + 1 :])
        elif len(written) == 2 and not commas:
            written_parts = (written[:1], written[1:])
        else:
            return None
        return {template[at]: part for at, part in zip(places, written_parts, strict=True)}
    if len(places) == 2:
        cut = next((at for at, token in enumerate(written) if token.text == ","), None)
        if cut is None:
            return None
        return {template[0]: written[:cut], template[-1]: written[cut + 1 :]}
    if not places:
        return {} if [token.text for token in written] == list(template) else None
    before, after = template[: places[0]], template[places[0] + 1 :]
    inside = written[len(before) : len(written) - len(after)]
    ends = (
        [t.text for t in written[: len(before)]],
        [t.text for t in written[len(written) - len(after) :]],
    )
    if not inside or ends != (list(before), list(after)):
        return None
    if not after and _is_foreign(inside):
        return None
    return {template[places[0]]: tuple(inside)}


def _is_foreign(tokens: tuple[Token, ...]) -> bool:
    """Whether a bare index position holds something that is no index: a transpose or a star."""
    return any(token.text in ("\\top", "*", "(", "\\text") for token in tokens)


def split_at_commas(text: str) -> list[str]:
    """Split at commas outside of all brackets.

    Examples
    --------
    >>> split_at_commas("n, f(a, b), R[n,d]")
    ['n', 'f(a, b)', 'R[n,d]']
    """
    parts, depth = [""], 0
    for mark in text:
        depth += (mark in "([{") - (mark in ")]}")
        if mark == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += mark
    return [part.strip() for part in parts]


def _domains(latex: str, names: int) -> list[Domain]:
    """Read one domain for all names, or one for each of them."""
    if "->" in latex:
        return [_function(latex)] * names
    parts = _interval_split(latex)
    read = [_domain(part) for part in parts]
    if len(read) == 1:
        return read * names
    if len(read) != names:
        raise Refusal(f"{names} names but {len(read)} domains")
    return read


def _function(latex: str) -> Domain:
    left, _, right = latex.partition("->")
    inputs = tuple(_domain(part) for part in _interval_split(left))
    return Domain("function", inputs=inputs, output=_domain(right.strip()))


def _interval_split(latex: str) -> list[str]:
    """Split at commas between domains; half-open intervals keep theirs."""
    marked = re.sub(r"([(\[])([^()\[\],]+),([^()\[\],]+)([)\]])", r"\1\2\0\3\4", latex)
    return [part.replace("\0", ",") for part in split_at_commas(marked)]


def _domain(latex: str) -> Domain:
    latex = latex.strip()
    if found := re.fullmatch(r"(.+?)\s+of\s+(.+?)\s*\.\.\s*(.+)", latex):
        kind = "parts" if found[1] == "parts" else "subset"
        return Domain(kind, parameters=(found[1], found[2], found[3]))
    if found := re.fullmatch(r"([^\[({].*?)\s*\.\.\s*(.+)", latex):
        return Domain("integers", parameters=(found[1], found[2]))
    found = re.fullmatch(
        r"(?P<kind>R\+|R\*|R|any|" + "|".join(KINDS) + r"|[(\[][^()\[\],]+,[^()\[\],]+[)\]]|\{.+\})"
        r"\s*(?:\[(?P<shape>[^\[\]]+)\])?",
        latex,
    )
    if found is None:
        raise Refusal(
            f"unknown domain {latex!r}",
            "known are R, R+, R*, (a,b), {u,v}, 0..T, m of 1..n, parts of 1..n, "
            + ", ".join(KINDS)
            + ", R[d] -> R",
        )
    kind = found["kind"]
    shape = tuple(split_at_commas(found["shape"])) if found["shape"] else ()
    if kind[0] in "([":
        return Domain("interval", tuple(split_at_commas(kind[1:-1])), shape)
    if kind[0] == "{":
        return Domain("finite", tuple(split_at_commas(kind[1:-1])), shape)
    return Domain(kind, shape=shape)
