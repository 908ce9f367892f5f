// Live pages: buttons on cells, formulas and exercises, and nothing more before a reader asks. What
// they do is loaded then.
(() => {
  const words = document.getElementById("live-words");
  if (!words || !globalThis.Worker || !globalThis.WebAssembly) return;
  const [fromFile, lost, ...buttons] = words.content.children;
  const { lang, dataset } = document.documentElement;
  const root = new URL(`${dataset.content_root}../`, location.href);
  const load = (name) => import(new URL(`${words.dataset.live}/${name}.mjs`, root));
  const isFile = location.protocol === "file:";

  // who points at a button will mostly press it: Python starts meanwhile, unless data are dear
  let timer;
  const prepare = () => {
    if (isFile || navigator.connection?.saveData) return;
    const start = () => load("live").then((live) => live.start());
    timer = setTimeout(() => start().catch(() => {}), 150);
  };

  // Copies buttons; what they do is done by a module, which is loaded for the first of them.
  const copied = (name, module, act, say) => {
    const own = buttons.find((each) => each.classList.contains(name)).cloneNode(true);
    own.lang = lang;
    for (const event of ["pointerenter", "focusin"]) own.addEventListener(event, prepare);
    for (const event of ["pointerleave", "focusout"]) {
      own.addEventListener(event, () => clearTimeout(timer));
    }
    own.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button && isFile) say(fromFile);
      else if (button) {
        load(module)
          .then((loaded) => act(loaded, button, own))
          .catch((error) => {
            say(lost);
            throw error; // for those who look into it
          });
      }
    });
    return own;
  };
  const each = (selector, add) => document.querySelectorAll(selector).forEach(add);

  each("article div.cell:has(.cell_input)", (cell, i) => {
    const act = (cells, { dataset }) => cells.act(cell, dataset.live);
    const own = copied("live-bar", "cells", act, (words) => cell.append(words));
    own.querySelector("[data-live=run-above]").hidden = i === 0;
    own.querySelector("small").hidden = !cell.querySelector(".cell_output img");
    cell.querySelector(".cell_input .highlight").prepend(own);
    cell.dataset.liveState = "idle";
  });

  each(".evidence[data-formula]", (evidence) => {
    const act = (formulas) => formulas.open(evidence);
    const own = copied("break", "formulas", act, (words) => own.after(words));
    (evidence.querySelector("div") ?? evidence).append(own);
  });

  each("[data-try]", (box) => {
    const act = (tries, _, own) => tries.open(box, own);
    const own = copied("try-bar", "tries", act, (words) => own.after(words));
    try {
      if (JSON.parse(localStorage[box.id]).solved) {
        box.dataset.solved = "";
        own.lastElementChild.hidden = false;
      }
    } catch {} // nothing is remembered, or nothing may be
    box.querySelector("details").before(own);
  });
})();
