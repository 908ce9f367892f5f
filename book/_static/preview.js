// Previews: pointing at a reference, or focusing it, shows what it leads to.
// They follow WCAG 1.4.13: Escape dismisses one, the pointer may move onto it, and it stays.
(() => {
  const REFERENCES = 'article a.reference.internal[href*="#"]';
  const DELAY = 150; // ms: who only passes over a link sees nothing
  const GRACE = 300; // ms: to move the pointer from the link to its preview
  const TAP = { zh: "再点一次，前往原处", en: "Tap again to go there" };

  const box = document.createElement("div");
  box.id = "preview";
  box.setAttribute("role", "tooltip");
  box.hidden = true;
  document.body.append(box);

  let wanted = null; // the link whose preview is asked for
  let shown = null; // the link whose preview is open
  let timer = 0;
  const pages = new Map([[location.pathname, Promise.resolve(document)]]);

  // ---------------------------------------------------------------- what to show
  const pageOf = (link) => {
    const { pathname, protocol, origin } = new URL(link.href);
    if (!pages.has(pathname)) {
      // a page opened from a disk may not read its neighbours
      if (protocol === "file:" || origin !== location.origin) return Promise.resolve(null);
      const page = fetch(pathname)
        .then((answer) => (answer.ok ? answer.text() : ""))
        .then((text) => text && new DOMParser().parseFromString(text, "text/html"))
        .catch(() => null);
      pages.set(pathname, page);
    }
    return pages.get(pathname);
  };

  // An equation, a figure or a citation is shown whole; a term with its definition; of a section
  // its title and its first paragraph.
  const partsOf = (target) => {
    if (target.matches("dt")) return [target, target.nextElementSibling];
    if (target.matches("section")) {
      const heading = target.querySelector(":scope > :is(h1, h2, h3, h4)");
      const first = target.querySelector(":scope > :is(p, .pair, .zh, .en)");
      return [
        heading,
        first?.querySelector(".pair > *") ? first : (first?.querySelector("p") ?? first),
      ];
    }
    return [target.closest("div.math, figure, .citation, li, p, table") ?? target];
  };

  const copy = (part) => {
    const clone = part.cloneNode(true);
    for (const unwanted of clone.querySelectorAll(
      ".headerlink, .backrefs, details, script, button",
    )) {
      unwanted.remove();
    }
    for (const link of clone.querySelectorAll("a")) link.replaceWith(...link.childNodes);
    for (const element of [clone, ...clone.querySelectorAll("[id], [tabindex]")]) {
      element.removeAttribute("id");
      element.removeAttribute("tabindex");
    }
    return clone;
  };

  const contentOf = async (link) => {
    const page = await pageOf(link);
    const target = page?.getElementById(decodeURIComponent(new URL(link.href).hash.slice(1)));
    return target ? partsOf(target).filter(Boolean).map(copy) : [];
  };

  // ---------------------------------------------------------------- where to show it
  const place = (link) => {
    const { left, top, bottom } = link.getBoundingClientRect();
    const room = document.documentElement.clientWidth - box.offsetWidth - 8;
    box.style.left = `${scrollX + Math.max(8, Math.min(left, room))}px`;
    const above = bottom + box.offsetHeight + 8 > innerHeight && top > box.offsetHeight + 8;
    box.style.top = `${scrollY + (above ? top - box.offsetHeight - 6 : bottom + 6)}px`;
  };

  const hide = () => {
    clearTimeout(timer);
    shown?.removeAttribute("aria-describedby");
    wanted = shown = null;
    box.hidden = true;
  };

  const show = async (link, { tapped = false } = {}) => {
    wanted = link;
    const content = await contentOf(link);
    if (wanted !== link) return true; // while the page came, the reader went on
    hide();
    if (!content.length) return false;
    box.replaceChildren(...content);
    if (tapped) {
      const hint = document.createElement("p");
      hint.className = "preview-hint";
      hint.textContent = TAP[document.documentElement.lang.slice(0, 2)];
      box.append(hint);
    }
    box.hidden = false;
    place(link);
    link.setAttribute("aria-describedby", box.id);
    shown = link;
    return true;
  };

  // ---------------------------------------------------------------- when to show it
  const later = (work, delay) => {
    clearTimeout(timer);
    timer = setTimeout(work, delay);
  };
  const referenceAt = (event) =>
    event.target instanceof Element ? event.target.closest(REFERENCES) : null;

  for (const link of document.querySelectorAll(REFERENCES)) link.removeAttribute("title");

  let pointer = "mouse";
  addEventListener("pointerdown", (event) => (pointer = event.pointerType), { capture: true });
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const link = referenceAt(event);
    if (box.contains(event.target) || (link && link === shown)) clearTimeout(timer);
    else if (link) later(() => show(link), DELAY);
    else if (shown !== document.activeElement || !shown) later(hide, GRACE);
  });
  document.addEventListener("focusin", (event) => {
    const link = referenceAt(event);
    if (link?.matches(":focus-visible")) show(link);
    else if (shown && !link) hide();
  });
  document.addEventListener("focusout", (event) => {
    if (event.target === shown) later(hide, 0);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown) hide();
  });
  // A first tap shows, a second goes; a tap anywhere else closes.
  document.addEventListener("click", async (event) => {
    const link = referenceAt(event);
    if (!link || link === shown || pointer !== "touch") {
      if (!box.contains(event.target)) hide();
      return;
    }
    event.preventDefault();
    if (!(await show(link, { tapped: true }))) location.href = link.href;
  });
})();
