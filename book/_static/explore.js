// Figures that move: a slider chooses which frame is shown.  All frames were executed at build; they
// come as scripts, when a reader comes to a slider, and so they do from a file as well.
(() => {
  const phone = matchMedia("(max-width: 37.5rem)"); // the variant that the page shows: see figures.py

  // Puts the first frame into the page as elements that can change, in place of the image.
  const unfold = (box, { svg, changes }) => {
    const image = box.querySelector("img");
    const picture = image.closest("picture") ?? image;
    const holder = document.createElement("div");
    holder.innerHTML = svg;
    const drawn = holder.firstElementChild;
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", image.alt);
    box.querySelector("svg[role=img]")?.remove();
    picture.before(drawn);
    picture.hidden = true;
    const elements = [drawn, ...drawn.querySelectorAll("*")];
    return changes.map(([element, ...rest]) => [elements[element], ...rest]);
  };

  const change = (element, attribute, value) => {
    if (!attribute) element.innerHTML = value;
    else if (value === null) element.removeAttribute(attribute);
    else element.setAttribute(attribute, value);
  };

  for (const box of document.querySelectorAll("[data-explore]")) {
    const sliders = [...box.querySelectorAll("input")];
    let figure = null;
    let changes = [];
    let loading = null;
    let waiting = false;

    const show = () => {
      waiting = false;
      if (!figure) return; // the phone was turned, and the other variant is on its way
      const places = sliders.map((slider) => slider.valueAsNumber);
      const frame = places.reduce((n, at, i) => n * figure.sliders[i].length + at, 0);
      sliders.forEach((slider, i) => {
        const value = figure.sliders[i][places[i]];
        slider.setAttribute("aria-valuetext", value);
        slider.previousElementSibling.textContent = `= ${value}`;
      });
      for (const [element, attribute, values, which] of changes) {
        change(element, attribute, values[which[frame]]);
      }
      for (const part of box.querySelectorAll("[data-said]")) {
        const said = figure.said[part.dataset.said][frame];
        if (typeof said === "string") part.textContent = said;
        else part.hidden = !said;
      }
    };

    const begin = () => {
      const isNarrow = phone.matches;
      loading ??= loadScript((isNarrow && box.dataset.narrow) || box.dataset.explore).then(
        (script) => {
          if (isNarrow !== phone.matches) return; // the phone was turned meanwhile
          figure = script.figure;
          changes = unfold(box, figure);
        },
        () => (loading = null),
      );
      return loading;
    };

    const move = async () => {
      if (!figure) await begin();
      if (!figure || waiting) return;
      waiting = true;
      requestAnimationFrame(show);
    };

    for (const slider of sliders) {
      slider.disabled = false;
      slider.addEventListener("input", move);
    }
    for (const event of ["pointerenter", "pointerdown", "focusin"]) {
      box.addEventListener(event, begin, { once: true });
    }
    phone.addEventListener("change", () => {
      if (!loading) return;
      loading = figure = null;
      move();
    });
  }
})();
