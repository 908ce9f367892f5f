"""Documents with formulas: what they declare and display is run in its order, and told by line."""

from .blocks import Block, Check, Display, Formula, Place, Symbols
from .causes import Cause
from .document import Document, Report, Run, run_document
from .formula import CONDITION, RunFormula, on_few_draws, run_fast, run_formula
from .functions import functions_of, public_functions
from .options import arguments, read_check
from .outcome import SKIPPED, Outcome
from .rules import Rules

__all__ = [
    "CONDITION",
    "SKIPPED",
    "Block",
    "Cause",
    "Check",
    "Display",
    "Document",
    "Formula",
    "Outcome",
    "Place",
    "Report",
    "Rules",
    "Run",
    "RunFormula",
    "Symbols",
    "arguments",
    "functions_of",
    "on_few_draws",
    "public_functions",
    "read_check",
    "run_document",
    "run_fast",
    "run_formula",
]
