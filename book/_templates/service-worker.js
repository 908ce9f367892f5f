// Keeps the pages that were visited, and whole editions on request, readable without a network.
// The line above, VERSION, is a hash of the whole site; a cache holds files of one version only.
const PREFIX = `${registration.scope} `;
const CACHE = PREFIX + VERSION;
const ALWAYS = ["index.html", "offline.html", "offline.json"];
const PATIENCE = 3000; // milliseconds to wait for a slow network where a copy is at hand
const AT_ONCE = 6;

const address = (path) => new URL(path, registration.scope).href;
const LIVE = "_live"; // what runs code in pages is kept like an edition, by itself
const mark = (edition) => address(`${edition}/kept`); // in the cache if all of an edition is

// These addresses change with their content, so that a copy is as good as the file.
const KEYED = /[?&](?:v|digest)=|\/_images\/[0-9a-f]{32,}|\/_live\/(?:[0-9a-f]{16}|pages)\//;
const isKeyed = (url) => KEYED.test(url);

// ---------------------------------------------------------------- answering

const kept = async (url) => {
  const wanted = new URL(url);
  wanted.hash = "";
  if (wanted.pathname.endsWith("/")) wanted.pathname += "index.html";
  if (!isKeyed(wanted.href)) wanted.search = "";
  return (await caches.open(CACHE)).match(wanted.href);
};

const keptFirst = async (request) => (await kept(request.url)) ?? fetch(request);

// Pages come from the network first, and not from the browser's own cache: who is online never reads
// an old text, or a new page with old neighbours. A copy answers where the network fails or is slow.
const networkFirst = async (request) => {
  const network = fetch(request, { cache: "no-cache" });
  network.catch(() => {}); // it is answered below
  const copy = await kept(request.url);
  if (copy) {
    const late = new Promise((resolve) => setTimeout(() => resolve(copy), PATIENCE));
    return Promise.race([network, late]).catch(() => copy);
  }
  if (request.mode !== "navigate") return network;
  return network.catch(async () => (await kept(address("offline.html"))) ?? Response.error());
};

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && request.url.startsWith(registration.scope)) {
    event.respondWith(isKeyed(request.url) ? keptFirst(request) : networkFirst(request));
  }
});

// ---------------------------------------------------------------- keeping

const manifest = async () => (await kept(address("offline.json"))).json();

const inParallel = async (paths, work) => {
  const waiting = [...paths];
  const one = async () => {
    for (let path = waiting.pop(); path; path = waiting.pop()) await work(path);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
};

// Keeps pages of an edition with all that they need; what is keyed comes from the cache `before` if
// it is there. A page comes last: where it is kept, its style, fonts and figures are too.
const keep = async ({ shared, pages }, names, { before, report = () => {} } = {}) => {
  const cache = await caches.open(CACHE);
  const needed = new Set([...shared, ...names.flatMap((name) => pages[name].files)]);
  let done = 0;
  const take = async (path) => {
    const url = address(path);
    if (!(await cache.match(url))) {
      const copy = isKeyed(url) && (await before?.match(url));
      if (copy) await cache.put(url, copy);
      else await cache.add(new Request(url, { cache: isKeyed(url) ? "default" : "no-cache" }));
    }
    report(++done / (needed.size + names.length));
  };
  await inParallel(needed, take);
  await inParallel(names, take);
};

const keepPage = async (url) => {
  const name = url
    .slice(registration.scope.length)
    .replace(/[?#].*/, "")
    .replace(/(^|\/)$/, "$1index.html");
  const { editions } = await manifest();
  const edition = editions[name.split("/")[0]];
  if (edition?.pages[name]) await keep(edition, [name]);
};

const manifestOf = async (name) => {
  const { editions, live } = await manifest();
  return name === LIVE
    ? live && { bytes: live.bytes, shared: live.files, pages: {} }
    : editions[name];
};

const keepEdition = async (name, options) => {
  const edition = await manifestOf(name);
  if (!edition) return; // this version of the site has no such thing
  await keep(edition, Object.keys(edition.pages), options);
  await (await caches.open(CACHE)).put(mark(name), new Response());
};

const forgetEdition = async (name) => {
  const cache = await caches.open(CACHE);
  const requests = await cache.keys();
  const own = requests.filter(({ url }) => url.startsWith(address(`${name}/`)));
  await Promise.all(own.map((request) => cache.delete(request)));
};

// ---------------------------------------------------------------- a new version of the site

// Before a new version serves anything it holds all that the old one held, and nothing older.
const renew = async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll(ALWAYS.map((path) => new Request(address(path), { cache: "no-cache" })));
  const { version, editions } = await manifest();
  if (version !== VERSION) {
    await caches.delete(CACHE);
    throw new Error("the site is being replaced; the browser will try again");
  }
  const olds = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  for (const before of await Promise.all(olds.map((name) => caches.open(name)))) {
    const urls = new Set((await before.keys()).map(({ url }) => url));
    for (const [name, edition] of Object.entries(editions)) {
      if (urls.has(mark(name))) {
        await keepEdition(name, { before });
      } else {
        const visited = Object.keys(edition.pages).filter((page) => urls.has(address(page)));
        if (visited.length) await keep(edition, visited, { before });
      }
    }
    if (urls.has(mark(LIVE))) await keepEdition(LIVE, { before });
  }
};

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(renew());
});

const removeOlder = async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
  await clients.claim();
};

addEventListener("activate", (event) => event.waitUntil(removeOlder()));

// ---------------------------------------------------------------- what pages ask for

const tasks = {
  visited: (_, { source }) => keepPage(source.url),
  state: async (name) => ({
    kept: Boolean(await kept(mark(name))),
    bytes: (await manifestOf(name))?.bytes,
  }),
  keep: (name, { ports: [port] }) =>
    keepEdition(name, { report: (share) => port.postMessage({ share }) }),
  forget: (name) => forgetEdition(name),
};

addEventListener("message", (event) => {
  const { task, edition } = event.data;
  const answer = tasks[task](edition, event).then(
    (result) => event.ports[0]?.postMessage({ done: true, ...result }),
    () => event.ports[0]?.postMessage({ failed: true }),
  );
  event.waitUntil(answer);
});
