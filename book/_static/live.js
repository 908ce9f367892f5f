// Live pages: buttons on cells, formulas and exercises, and nothing more before a reader asks. What
// they do is loaded then.
(() => {
  const words = document.getElementById("live-words");
  if (!words || !globalThis.Worker || !globalThis.WebAssembly) return;
  const [bar, fromFile, lost] = words.content.children;
  const root = new URL(`${document.documentElement.dataset.content_root}../`, location.href);
  const load = (name) => import(new URL(`${words.dataset.live}/${name}.mjs`, root));
  const isFile = location.protocol === "file:";

  // who points at a button will mostly press it: Python starts meanwhile, unless data are dear
  let timer;
  const prepare = () => {
    if (isFile || navigator.connection?.saveData) return;
    timer = setTimeout(
      () =>
        load("live")
          .then(({ start }) => start())
          .catch(() => {}),
      150,
    );
  };

  const prepared = (element) => {
    for (const event of ["pointerenter", "focusin"]) element.addEventListener(event, prepare);
    for (const event of ["pointerleave", "focusout"]) {
      element.addEventListener(event, () => clearTimeout(timer));
    }
  };

  const cells = document.querySelectorAll("article div.cell:has(.cell_input)");
  for (const cell of cells) {
    const own = bar.cloneNode(true);
    own.lang = document.documentElement.lang;
    own.querySelector("[data-live=run-above]").hidden = cell === cells[0];
    own.querySelector("small").hidden = !cell.querySelector(".cell_output img");
    prepared(own);
    own.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (!button) return;
      if (isFile) cell.append(fromFile);
      else
        load("cells").then(
          ({ act }) => act(cell, button.dataset.live),
          () => cell.append(lost),
        );
    });
    cell.querySelector(".cell_input .highlight").prepend(own);
    cell.dataset.liveState = "idle";
  }

  const breaker = words.content.querySelector("[data-live=break]");
  for (const evidence of breaker ? document.querySelectorAll(".evidence[data-formula]") : []) {
    const own = breaker.cloneNode(true);
    own.lang = document.documentElement.lang;
    prepared(own);
    own.addEventListener("click", () => {
      if (isFile) own.after(fromFile);
      else
        load("formulas").then(
          ({ open }) => open(evidence),
          () => own.after(lost),
        );
    });
    (evidence.querySelector("div") ?? evidence).append(own);
  }

  for (const box of document.querySelectorAll("[data-try]")) {
    const own = words.content.querySelector(".try-bar").cloneNode(true);
    own.lang = document.documentElement.lang;
    prepared(own);
    try {
      if (JSON.parse(localStorage[box.id]).solved) {
        box.dataset.solved = "";
        own.lastElementChild.hidden = false;
      }
    } catch {} // nothing is remembered, or nothing may be
    own.firstElementChild.addEventListener("click", () => {
      if (isFile) own.after(fromFile);
      else
        load("tries")
          .then(({ open }) => open(box, own))
          .catch(() => own.after(lost));
    });
    box.querySelector("details").before(own);
  }
})();
