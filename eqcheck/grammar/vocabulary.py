"""The words of the grammar: relations, functions, fences, and what ends a term."""

RELATIONS = frozenset(
    ("=", "\\approx", "\\le", "\\ge", "<", ">", "\\in", "\\subseteq", "\\leftarrow", "\\ne",
     "\\equiv", "\\to")
)  # fmt: skip
ORDER = frozenset(("=", "\\le", "\\ge", "<", ">", "\\ne"))
ELEMENTARY = frozenset(
    ["\\exp", "\\log", "\\ln", "\\sin", "\\cos", "\\tan", "\\sinh", "\\cosh", "\\tanh",
     "\\operatorname{erf}"]
)  # fmt: skip
KNOWN = frozenset(  # functions that may be written upright, too: \\mathrm{max}, \\operatorname{max}
    ["exp", "log", "ln", "sin", "cos", "tan", "sinh", "cosh", "tanh", "det", "max", "min"]
)
POWERABLE = frozenset(["\\sin", "\\cos", "\\tan", "\\sinh", "\\cosh", "\\tanh"])
MATRIX_FUNCTIONS = {
    "\\det": "det", "\\operatorname{tr}": "tr",
    "\\operatorname{trace}": "tr", "\\operatorname{diag}": "diag",
    "\\operatorname{vec}": "vec", "\\max": "max", "\\min": "min",
}  # fmt: skip
OPTIMA = {
    "\\min": ("min", False), "\\max": ("max", False),
    "\\operatorname{argmin}": ("min", True), "\\operatorname{argmax}": ("max", True),
}  # fmt: skip
BUILT_IN = frozenset((*ELEMENTARY, *MATRIX_FUNCTIONS, *OPTIMA, "\\operatorname{Var}", "\\mathbb"))
PRODUCTS = ("\\cdot", "\\times", "\\odot", "\\otimes")
SLASHES = ("/", "\\oslash", "\\div")
CLOSERS = {"(": ")", "[": "]", "\\{": "\\}", "\\lvert": "\\rvert", "\\lVert": "\\rVert",
           "\\lfloor": "\\rfloor", "\\lceil": "\\rceil"}  # fmt: skip
OPENING = frozenset(("{", "\\langle", *CLOSERS))
CLOSING = frozenset(("}", "\\rangle", *CLOSERS.values()))
ENDS = RELATIONS | frozenset(
    (*CLOSING, ",", ";", ":", ".", "\\mid", "\\\\", "&", "\\quad",
     "+", "-", "\\circ", "\\sim")
)  # fmt: skip
MATRICES = frozenset(("bmatrix", "pmatrix", "matrix"))
PUNCTUATION = (",", ".", ";", "\\quad")
DEEPEST = 40
NORMS = ("1", "2", "F", "\\infty")
