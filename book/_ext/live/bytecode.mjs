// Lets the runtime compile what it will import in browsers.  From standard input comes JSON: where
// the runtime is, and zips to make, in order; `started` says whether what the imports so far have
// brought is all that is compiled.
import fs from "node:fs";

// Node would print the line in which an error was thrown, which in the runtime is a megabyte.
process.on("uncaughtException", ({ message }) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
});

const { runtime, maker, zips } = JSON.parse(fs.readFileSync(0, "utf-8"));
const { loadPyodide } = await import(`${runtime}/pyodide.mjs`);
const py = await loadPyodide({ indexURL: `${runtime}/` });
// a small buffer of Node is a piece of a larger one, of which Pyodide would take the whole
const read = (file) => new Uint8Array(fs.readFileSync(file));
py.runPython(fs.readFileSync(maker, "utf-8"));

for (const { from, to, folder, unpack, imports, started, dropped } of zips) {
  if (unpack)
    for (const file of from) py.unpackArchive(read(file).buffer, "zip", { extractDir: folder });
  py.runPython(
    `import importlib\nfor name in ${JSON.stringify(imports)}: importlib.import_module(name)`,
  );
  py.globals.set("sources", py.toPy(from.map(read)));
  const make = `with_bytecode([bytes(s) for s in sources], ${JSON.stringify(folder)},
    set(sys.modules) if ${started ? "True" : "False"} else None, ${JSON.stringify(dropped)})`;
  const made = py.runPython(make);
  fs.writeFileSync(to, made.toJs());
  made.destroy();
}
