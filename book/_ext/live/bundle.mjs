// Bundles scripts of live pages with what they import of npm: node bundle.mjs FROM TO NAME…
import { build } from "esbuild";

const [from, to, ...names] = process.argv.slice(2);
await build({
  entryPoints: names.map((name) => `${from}/${name}`),
  outdir: to,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  splitting: true, // what two of them share is one module in the browser
  chunkNames: "shared-[hash]",
  format: "esm",
  target: "es2022",
  minify: true,
  external: ["./runtime.mjs"],
});
