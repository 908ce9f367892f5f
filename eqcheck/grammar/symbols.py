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
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from itertools import chain

from ..errors import Refusal
from .calls import letters_of_code
from .conventions import WORDS, convention
from .domains import LAWS, Domain, known_words, read_domains, split_at_commas
from .lexer import Token, given_after, tokenize, with_comma
from .names import Name, key, letter, letters, read_name, text
from .patterns import Pattern, match, several
from .vocabulary import ELEMENTARY

FLAGS = ("entrywise", "rowwise", "random", "defined", "broadcast", "convex")
LARGEST = 1000  # dimension
LONGEST = 5000  # line, in characters, without its meanings
SHOWN = "shown "
R = Domain("R")
_ARITY = "\\;"  # in the key of a function whose name another has: no name has a space in it
SELECTIONS = ("entries", "rows", "columns")


@dataclass(frozen=True)
class Line:
    """One line of the table as its readers see it: what a page prints."""

    kind: str  # declaration, dimension, definition or convention
    names: tuple[str, ...]
    right: str  # a domain, a value, or a formula
    options: tuple[str, ...] = ()
    meanings: tuple[str, ...] = ()
    domains: tuple[Domain, ...] = ()  # of a declaration: one for all names, or one for each

    @property
    def written(self) -> str:
        """The line without its meanings, as a declaration."""
        return "; ".join((f"{', '.join(self.names)} : {self.right}", *self.options))

    @property
    def shown(self) -> str:
        r"""Where the values come from, in LaTeX, as readers know it and not as it is drawn.

        Examples
        --------
        >>> read_line("l : 1..2; shown 1..L | 层 | layer").shown
        '\\{1, \\ldots, L\\}'
        """
        told = (option.removeprefix(SHOWN) for option in self.options if option.startswith(SHOWN))
        text = next(told, None)
        if text is not None and ("\\" in text or text == "any"):
            return text.replace("any", "")
        domains = self.domains if text is None else read_domains(text)
        return r",\; ".join(domain.latex() for domain in domains)

    @cached_property
    def letters(self) -> frozenset[str]:
        """The letters that it declares: of names, and of how entries, rows, columns are written."""
        if self.kind == "convention":
            return frozenset()
        _, selections = _read_options(self.options)
        written = (*self.names, *chain.from_iterable(patterns for _, patterns in selections))
        return frozenset(map(letter, written))

    @cached_property
    def uses(self) -> frozenset[str]:
        """The letters of others that it needs: of axes and bounds, of code, of a definition."""
        if self.kind == "convention":
            return frozenset()
        if self.kind != "declaration":
            return letters(self.right)
        shared, _ = _read_options(self.options)
        bounds = shared.index[1:] if shared.index else ()
        latex = (*bounds, shared.iterates or "", shared.lipschitz)
        found = (*map(letters, latex), *(domain.letters for domain in self.domains))
        return letters_of_code(shared.code or "").union(*found)


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
    lipschitz: str = ""  # the constant of a function that is drawn, if it has one
    brackets: str = "("  # around the arguments of a call
    given: int = 0  # how many of them stand before a \\mid

    @property
    def is_index(self) -> bool:
        """Whether the name is an index that runs over a range."""
        return self.domain is not None and self.domain.is_index

    @cached_property
    def is_function(self) -> bool:
        """Whether the name takes arguments in parentheses."""
        return self.arity > 0

    @property
    def arity(self) -> int:
        """How many arguments the name takes; none if it is no function."""
        inputs = self.domain.inputs if self.domain is not None else ()
        return len(self.formals or inputs)

    @property
    def name(self) -> str:
        """The name as it is written: functions of it may differ in their number of arguments."""
        return self.key.partition(_ARITY)[0]

    @property
    def told(self) -> str:
        """The name for a message, with the number of arguments if that tells it from another."""
        return f"{self.name} of {self.arity} arguments" if _ARITY in self.key else self.name


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
    conventions: dict[str, str] = field(default_factory=dict)

    def copy(self) -> Table:
        """Return an independent table with the same content."""
        return Table(*(dict(getattr(self, item.name)) for item in fields(self)))

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
                indices = match(pattern, name.base, name.sub, sup)
                if indices is not None:
                    return Found(pattern.key, indices, rest)
        return None

    def pair(self, name: Name) -> list[tuple[Token, ...]]:
        r"""Return the two indices of a \delta_{ij} that the page leaves to the grammar, or []."""
        taken = "\\delta" in self.declarations or self.find(name) is not None
        if taken or name.base != "\\delta" or name.sup is not None:
            return []
        return several(name.sub or (), ("i", "j"), 2)

    def is_function(self, key: str) -> bool:
        """Whether ``key`` takes arguments in parentheses."""
        declaration = self.declaration_of(key)
        return declaration is not None and declaration.is_function

    def is_index(self, key: str) -> bool:
        """Whether ``key`` is declared as an index."""
        return key in self.declarations and self.declarations[key].is_index

    def declaration_of(self, key: str) -> Declaration | None:
        """Return the line behind a key: its own; of an entry, a row or a member, its parent's."""
        pattern = self.patterns.get(key)
        return self.declarations.get(pattern.parent if pattern else key)

    def whole(self, name: Name) -> str:
        """Return the bold name whose entry another looks like, if its line shows none; or ""."""
        told = {pattern.parent for pattern in self.patterns.values()}
        bold = (f"\\{font}{{{name.base}}}" for font in ("mathbf", "boldsymbol"))
        found = [key for key in bold if key in self.declarations and key not in told]
        return found[0] if found and name.sub else ""

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
        if line.kind == "convention":
            self._add_conventions(line)
            return
        shared, selections = _read_options(line.options)
        several = len(line.names) > 1
        for place, (latex, domain) in enumerate(zip(line.names, _one_each(line), strict=True)):
            if (domain.kind in LAWS) > ("random" in shared.flags):
                raise Refusal(
                    f"{latex} has a {domain.kind} law, but it is not random",
                    f"write {line.right}; random, or draw numbers from R",
                )
            key = self._declare(
                replace(
                    shared,
                    latex=latex,
                    domain=domain.on(line.written),
                    place=place if several else None,
                )
            )
            for role, patterns in selections:
                if len(patterns) != len(line.names):
                    raise Refusal(f"{len(line.names)} names but {len(patterns)} {role}")
                self._add_pattern(patterns[place], role, key, None)

    def introduce(self, key: str, formals: tuple[str, ...] = (), given: int = 0) -> None:
        """Add a name that a formula defines and no line declares."""
        flags = frozenset({"defined"})
        new = Declaration(key, key, None, formals, flags=flags, given=given)
        new = replace(new, key=self._free_key(key, new))
        self.declarations[new.key] = new

    def _declare(self, declaration: Declaration) -> str:
        """Add a declaration and the pattern of its family; return its key."""
        tokens = tokenize(declaration.latex)
        name, at = read_name(tokens, 0)
        formals: tuple[str, ...] = ()
        if at < len(tokens):
            if (tokens[at].text, tokens[-1].text) not in (("(", ")"), ("[", "]")):
                raise Refusal(f"'{declaration.latex}' is not a name")
            declaration = replace(
                declaration, brackets=tokens[at].text, given=given_after(tokens[at + 1 : -1])
            )
            inside = text(with_comma(tokens[at + 1 : -1]))
            formals = tuple(read_name(tokenize(part), 0)[0].key for part in split_at_commas(inside))
        declaration = replace(declaration, key=name.key, formals=formals)
        if name.base in ELEMENTARY:
            _check_known(declaration)
        _check_fitting(declaration)
        if declaration.index is not None:
            self._add_pattern(text(tokens[:at]), "family", name.key, declaration.index[0])
            if declaration.domain is not None and declaration.is_index:
                whole = replace(declaration.domain, kind="whole")  # each member has its own
                declaration = replace(declaration, domain=whole)
        declaration = replace(declaration, key=self._free_key(name.key, declaration))
        self.declarations[declaration.key] = declaration
        return declaration.key

    def _free_key(self, name: str, declaration: Declaration) -> str:
        """Return the key of a new name: a function of another number of arguments has its own."""
        arity = declaration.arity
        if arity and self.is_function(name) and not self.has_arity(name, arity):
            return f"{name}{_ARITY}{arity}"
        self._check_free(name)
        return name

    def variants(self, name: str) -> list[str]:
        """Return the keys of what a name stands for: functions may differ in their arguments."""
        begins = name + _ARITY
        return [key for key in self.declarations if key == name or key.startswith(begins)]

    def has_arity(self, name: str, count: int) -> bool:
        """Whether a function of a name takes so many arguments."""
        return any(self.declarations[key].arity == count for key in self.variants(name))

    def of_arity(self, name: str, count: int) -> str:
        """Return the key of the function of so many arguments; the name's own if there is none."""
        keys = self.variants(name)
        return next((key for key in keys if self.declarations[key].arity == count), name)

    def _add_pattern(self, latex: str, role: str, parent: str, variable: str | None) -> None:
        name, at = read_name(tokens := tokenize(latex), 0)
        if at != len(tokens):
            raise Refusal(f"'{latex}' is not a name with indices")
        if variable is None:
            script = name.sub or name.sup or ()
            letters = tuple(token.text for token in script if token.text not in (",", "(", ")"))
        else:
            letters = (variable,)
        shape = self.declarations[parent].domain if role != "family" else None
        if role == "entries" and shape is not None and len(letters) != len(shape.axes):
            raise Refusal(f"'{latex}': one index for each axis of {parent}")
        sub, sup = (
            None if script is None else tuple(token.text for token in script)
            for script in (name.sub, name.sup)
        )
        written = [*(sub or ()), *(sup or ())]
        if any(written.count(letter) != 1 for letter in letters) or not letters:
            raise Refusal(f"'{latex}' does not show its index", "write it as in x_j")
        if name.key in self.patterns:
            raise Refusal(f"'{latex}' is declared twice")
        for other in self.patterns.values():
            if other.base == name.base and (other.sub is None, other.sup) == (sub is None, sup):
                raise Refusal(f"'{latex}' and {other.key} cannot be told apart")
        self.patterns[name.key] = Pattern(name.key, name.base, sub, sup, letters, role, parent)

    def _add_conventions(self, line: Line) -> None:
        for written in line.names:
            sign = convention(written, line.right)
            if sign in self.conventions:
                raise Refusal(f"{sign} is declared twice", "one sign, one meaning on a page")
            self._check_free(sign)
            self.conventions[sign] = line.right

    def _add_dimension(self, line: Line) -> None:
        [left], right = line.names, line.right
        name, _ = read_name(tokenize(left), 0)
        body = f"{left} = {right}"
        if max(map(float, right.split(","))) > LARGEST:
            raise Refusal(f"{left}: dimensions are at most {LARGEST}", "a small one shows as much")
        values = tuple(int(part) for part in right.split(","))
        self._check_free(name.key)
        taken = {*self.dimensions.values(), *(v for vs in self.widths.values() for v in vs)}
        if min(values) < 2 or (len(values) > 1 and len(set(values)) < len(values)):
            raise Refusal(
                f"{body}: dimensions are distinct and at least 2",
                "choose others, or a transpose or an order could hide",
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

    Raises
    ------
    Refusal
        If it declares nothing, or its domain is unknown.

    Examples
    --------
    >>> line = read_line(r"\mathbf{x} : R[d]; entries x_j | 特征 | features")
    >>> line.kind, line.names, line.right, line.options, line.meanings
    ('declaration', ('\\mathbf{x}',), 'R[d]', ('entries x_j',), ('特征', 'features'))
    >>> [domain.latex() for domain in line.domains]
    ['\\mathbb{R}^{d}']
    """
    body, *meanings = (part.strip() for part in re.split(r"(?<=\s)\|(?=\s)", text.strip()))
    if len(body) > LONGEST:
        raise Refusal(f"a line of more than {LONGEST} characters", "write several")
    if any(token.text == ":" for token in tokenize(body)):
        left, _, right = body.partition(":")
        domain, *options = (part.strip() for part in right.split(";"))
        if domain in WORDS and not options:
            names = tuple(split_at_commas(left))
            return Line("convention", names, domain, meanings=tuple(meanings))
        return Line(
            "declaration",
            tuple(split_at_commas(left)),
            domain,
            tuple(filter(None, options)),
            tuple(meanings),
            read_domains(domain),
        )
    left, equals, right = (part.strip() for part in body.partition("="))
    if not (left and equals and right):
        raise Refusal(f"'{body}' declares nothing", "write NAME : DOMAIN, n = 7, or a definition")
    numbers = re.fullmatch(r"[0-9]+(\s*,\s*[0-9]+)*", right)
    kind = "dimension" if numbers else "definition"
    return Line(kind, (left,), right, (), tuple(meanings))


def promised(line: str) -> list[Name]:
    r"""Return the names that a line is to declare, even one that cannot be read.

    They stand before the colon; and behind it, as entries, with an index.

    Examples
    --------
    >>> [name.key for name in promised(r"\mathbf{p : Q[K]; entires p_j | 概率 | probabilities")]
    ['\\mathbf{p}', 'p_{j}']
    """
    left, *right = re.split("[:：=]", line.partition(" | ")[0], maxsplit=1)
    written = split_at_commas(left + "}" * (left.count("{") - left.count("}")))
    for option in "".join(right).split(";")[1:]:
        word, _, rest = option.strip().partition(" ")
        if word not in ("code", "iterates", "lipschitz", "shown") and ".." not in rest:
            written += [part for part in split_at_commas(rest) if "_" in part]
    found = []
    for part in written:
        with suppress(Refusal):
            found.append(read_name(tokenize(part), 0)[0])
    return found


def _one_each(line: Line) -> tuple[Domain, ...]:
    """Return a domain for each name of a line."""
    if len(line.domains) == 1:
        return line.domains * len(line.names)
    if len(line.domains) != len(line.names):
        raise Refusal(f"{len(line.names)} names but {len(line.domains)} domains")
    return line.domains


def _check_known(declaration: Declaration) -> None:
    """Refuse what a line says of an elementary function, but that it acts entry by entry."""
    scalars = declaration.domain == Domain("function", inputs=(R,), output=R)
    more = declaration.formals or declaration.index or declaration.code or declaration.iterates
    if not scalars or more or declaration.flags != {"entrywise"}:
        raise Refusal(
            f"{declaration.key} is a function that the grammar knows",
            f"all that a line can say of it is {declaration.key} : R -> R; entrywise",
        )


def _check_fitting(declaration: Declaration) -> None:
    """Refuse words on a line that say nothing of what it declares."""
    domain, flags = declaration.domain, declaration.flags
    maps = domain is not None and domain.output is not None
    drawn = maps and not (declaration.code or declaration.formals or "defined" in flags)
    if ("convex" in flags or declaration.lipschitz) and not drawn:
        raise Refusal(
            f"{declaration.key} is no function that is drawn, to be convex or Lipschitz",
            "declare it by its domain alone, f : R[d] -> R; convex",
        )
    if "rowwise" in flags and not (
        domain is not None and [len(i.axes) for i in domain.inputs] == [1]
    ):
        raise Refusal(
            f"{declaration.key} is no function of one vector, to take rows",
            "declare it so: f : R[q] -> R[q]; rowwise",
        )
    if "broadcast" in flags and declaration.is_function:
        raise Refusal(f"{declaration.key} is a function: no term of a sum", "leave out broadcast")


def _read_options(
    options: tuple[str, ...],
) -> tuple[Declaration, list[tuple[str, list[str]]]]:
    """Return what the names of a line share, and how their entries, rows, columns are written."""
    shared = Declaration("", "", None)
    selections: list[tuple[str, list[str]]] = []
    for option in options:
        word, _, rest = option.partition(" ")
        if option in FLAGS:
            shared = replace(shared, flags=shared.flags | {option})
        elif word in SELECTIONS:
            selections.append((word, split_at_commas(rest)))
        elif word == SHOWN.strip():
            if "\\" not in rest:
                read_domains(rest)
        elif word == "code":
            shared = replace(shared, code=rest.strip())
        elif word == "lipschitz" and rest.strip():
            shared = replace(shared, lipschitz=rest.strip())
        elif option.startswith("iterates of "):
            name, _ = read_name(tokenize(option.removeprefix("iterates of ")), 0)
            shared = replace(shared, iterates=name.key)
        elif found := re.fullmatch(r"(\S+)\s*=\s*(.+?)\s*\.\.\s*(.+)", option):
            shared = replace(shared, index=(found[1], found[2], found[3]))
        else:
            raise _unknown(option)
    return shared, selections


def _unknown(option: str) -> Refusal:
    """Return the refusal of an option, or of several that commas part: it names the word."""
    words = [part.strip() for part in option.split(",")]
    strange = [word for word in words if word not in FLAGS]
    if not strange:
        return Refusal(
            f"options with a comma between them: '{option}'", "write " + "; ".join(words)
        )
    word = strange[0].partition(" ")[0]
    known = (*FLAGS, *SELECTIONS, "code", "iterates of", "lipschitz L", "shown", "l = 1..L")
    return Refusal(f"unknown word '{word}'", known_words(word, known))
