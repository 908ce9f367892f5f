// Makes elements of a page, and brings it the styles that they need.
export const make = (name, className, ...children) => {
  const element = document.createElement(name);
  element.className = className;
  element.append(...children);
  return element;
};

// A button, which is found by its name.
export const makeButton = (name, onClick, ...children) => {
  const button = make("button", "", ...children);
  button.type = "button";
  button.dataset.live = name;
  button.addEventListener("click", onClick);
  return button;
};

// Hides and shows buttons of a bar; if the one that has the focus is hidden, another gets it.
export const rearrange = (bar, next, hide) => {
  const had = bar.contains(document.activeElement);
  hide();
  if (had && document.activeElement === document.body) next.focus();
};

const sheets = new Set(); // that the page has

const sheet = (name) => {
  sheets.add(name);
  const link = make("link", "");
  link.rel = "stylesheet";
  link.href = new URL(name, import.meta.url).href;
  return link;
};

// Styles that go after those of the page, each once, and one that goes before them.  Who measures
// what they shape waits for them.
export const addStyles = (...names) => {
  const links = names.filter((name) => !sheets.has(name)).map(sheet);
  document.head.append(...links);
  const settled = (link) => new Promise((done) => (link.onload = link.onerror = done));
  return Promise.all(links.map(settled));
};
export const addStyleBefore = (name) => document.head.prepend(sheet(name));
