// One Pyodide for a page, in a worker of its own: whatever runs here, the page stays as quick as it
// was, and ending the worker ends it.  All addresses are of the site.
import runtime from "./runtime.mjs";

const SITE_PACKAGES = "/lib/python3.14/site-packages";
const EMPTY_MODULE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
const at = new URL(runtime, import.meta.url).href;

// Of a file that it misses Pyodide tells nobody: all that is fetched is looked at here.
const lost = new Promise((_, reject) => {
  const { fetch } = globalThis;
  globalThis.fetch = async (...asked) => {
    try {
      const answer = await fetch(...asked);
      if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
      return answer;
    } catch (error) {
      reject(error);
      throw error;
    }
  };
});

const bytes = async (address) => (await fetch(address)).arrayBuffer();
const step = (name) => postMessage({ step: name });

const start = async () => {
  // where a policy forbids WebAssembly, Pyodide would wait for ever
  const isAllowed = new WebAssembly.Module(EMPTY_MODULE);
  if (isAllowed) step("runtime");
  const numpy = bytes(`${at}numpy.zip`); // on their way while the interpreter starts
  const book = bytes(new URL("book.zip", import.meta.url));
  for (const file of [numpy, book]) file.catch(() => {}); // it is awaited below
  const { loadPyodide } = await import(`${at}pyodide.mjs`);
  const py = await loadPyodide({ indexURL: at, env: { MPLBACKEND: "svg", HOME: "/home/pyodide" } });
  step("packages");
  for (const file of [numpy, book]) {
    py.unpackArchive(await file, "zip", { extractDir: SITE_PACKAGES });
  }
  const { listen } = py.pyimport("reader.report");
  listen((text) => postMessage({ id: current, report: text }));
  run(py, "cells.begin", []);
  return py;
};

let current; // the call that is answered
const ready = Promise.race([start(), lost]);
ready.then(
  () => postMessage({ ready: true }),
  (error) =>
    postMessage({ fatal: String(error), policy: error instanceof WebAssembly.CompileError }),
);

// What Python alone cannot do: fetch more, once.
const unpack = async (py, file) =>
  py.unpackArchive(await bytes(file), "zip", { extractDir: SITE_PACKAGES });
const tasks = {
  async figures(py) {
    await unpack(py, `${at}figures.zip`);
    return run(py, "cells.draw", []);
  },
  eqcheck: (py) => unpack(py, new URL("eqcheck.zip", import.meta.url)),
};

const run = (py, name, args) => {
  const called = py.pyimport(`reader.${name}`);
  try {
    return called(...args.map((value) => value ?? undefined)); // null would not be None
  } finally {
    called.destroy();
  }
};

const answer = async ({ id, name, args }) => {
  const py = await ready;
  current = id;
  try {
    const value = await (tasks[name]?.(py) ?? run(py, name, args));
    postMessage({ id, value });
  } catch (error) {
    // an error of Python leaves the interpreter whole; after any other nothing can be asked of it
    const isWhole = error.name === "PythonError" || name in tasks;
    postMessage(isWhole ? { id, error: String(error) } : { fatal: String(error) });
  }
};

let queue = ready;
addEventListener("message", ({ data }) => {
  queue = queue.then(() => answer(data)).catch(() => {}); // that it does not start was said
});
