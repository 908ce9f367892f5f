"""What a browser's own Python makes of a page: one worker runs its cells, then its equations."""

from __future__ import annotations

from typing import Any, NamedTuple

from playwright.sync_api import Browser

from tests.site.built import SITE

PAGE_DATA = {
    path.name.rpartition("-")[0]: path for path in (SITE / "_live" / "pages").glob("*.json")
}
RUN_CELLS = """async (folder) => {
  const live = await import(folder + "live.mjs");
  const found = [];
  for (const [i, cell] of [...document.querySelectorAll("article div.cell")].entries()) {
    const code = cell.querySelector(".cell_input pre").textContent;
    const { text, error } = await live.call("cells.run", code, i + 1, false);
    const printed = [...cell.querySelectorAll(".cell_output .output pre")];
    const book = printed.map((e) => e.textContent).join("");
    found.push({ cell: i + 1, code, text, error, book });
  }
  return found;
}"""
# What is found of each equation, and of the wrong versions of the first that has some.
CHECK_EQUATIONS = """async ([folder, data]) => {
  const live = await import(folder + "live.mjs");
  await live.call("eqcheck");
  await live.call("pages.open_page", data);
  const found = {};
  let attacked = false;
  for (const { label, latex, expect } of JSON.parse(data)) {
    if (!label) continue;
    found[label] = await live.call("verdicts.check", label, latex);
    if (!expect && !attacked) {
      attacked = true;
      const attack = await live.call("verdicts.attack", label, latex, true, 1000);
      Object.assign(found[label], attack);
    }
  }
  return found;
}"""


class Work(NamedTuple):
    """What was found of the cells and of the equations of a page."""

    cells: list[dict[str, Any]]
    equations: dict[str, Any]


def work_at(browser: Browser, address: str, name: str) -> Work:
    """Open a page, start its worker, and have it do everything that the page can ask for."""
    [own] = [path.parent.name for path in (SITE / "_live").glob("*/live.mjs")]
    folder = f"{address}/_live/{own}/"
    context = browser.new_context(service_workers="block")
    try:
        page = context.new_page()
        page.set_default_timeout(300_000)
        page.goto(f"{address}/en/{name}.html")
        cells = page.evaluate(RUN_CELLS, folder)
        data = PAGE_DATA[name].read_text("utf-8") if name in PAGE_DATA else "[]"
        return Work(cells, page.evaluate(CHECK_EQUATIONS, [folder, data]))
    finally:
        context.close()
