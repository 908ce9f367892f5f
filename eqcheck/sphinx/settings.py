"""What ``conf.py`` may say: the settings, and what follows from several of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .kept import KeptResults, hash_of_code

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata


def code_of(config: Config) -> str:
    """Return a hash of the code and of what else all results depend on."""
    return hash_of_code(tuple(config.eqcheck_functions), config.eqcheck_key)


def kept_results(app: Sphinx) -> KeptResults:
    """Return what runs formulas, and keeps what it finds in the folder ``eqcheck_cache``."""
    config = app.config
    named = config.eqcheck_cache
    folder = Path(app.confdir, named) if named else Path(app.doctreedir, "eqcheck")
    return KeptResults(folder, code_of(config), fast=config.eqcheck_fast)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the settings."""
    several = frozenset({list, tuple})
    app.add_config_value("eqcheck_functions", (), "env", types=several)
    app.add_config_value("eqcheck_languages", (), "env", types=several)
    app.add_config_value("eqcheck_strict", False, "env", types=frozenset({bool}))
    app.add_config_value("eqcheck_fast", False, "env", types=frozenset({bool}))
    app.add_config_value("eqcheck_cache", "", "", types=frozenset({str}))
    app.add_config_value("eqcheck_key", "", "env", types=frozenset({str}))
    app.add_config_value("eqcheck_house", "", "env", types=frozenset({str}))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
