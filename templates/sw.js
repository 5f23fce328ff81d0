/* The offline copy of a programme belongs to one release, whole: the landing page, the agenda, which holds every row's
   details, and the participants, under one key that changes all at once. What was never kept is said kindly.
   Pages come from the network whenever it answers within three seconds, asked anew each time: no copy of the browser
   holds a release back. Keeping is never in the way of an answer. Nothing of people who are logged in is kept. */
const COPIES = "taller-copies"; // outlives this version of the worker: a device may update it without network
const FILES = "taller-files"; // those that the copies refer to
const PAPERS = "taller-papers"; // the last few that the reader chose
const MOST_PAPERS = 3;
const PAGE = /^\/(es|en|pt-br|fr)\/(?!.*\/borrador\/)/;
const SLOW = 3000; // milliseconds
const HTML = { headers: { "Content-Type": "text/html; charset=utf-8" } };

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) =>
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (![COPIES, FILES, PAPERS].includes(name)) await caches.delete(name);
    await clients.claim();
  })()),
);

/* --- what is kept --- */

const keyOf = (home) => `/copias${home}`; // no page of the site: a key beside all pages
const copyOf = async (home) => {
  const found = await caches.match(keyOf(home));
  return found && found.json();
};
const copies = async () => {
  const kept = await (await caches.open(COPIES)).keys();
  const all = await Promise.all(kept.map(async (key) => (await caches.match(key)).json()));
  return all.sort((a, b) => b.when - a.when);
};
// What an answer was made of (release, language, code): its ETag without the page's own part.
const stamp = (answer) => (answer.headers.get("ETag") || "").replace(/-[^-]*$/, "");
const isPublic = (answer) => answer.status === 200 && /public/.test(answer.headers.get("Cache-Control") || "");
const filesOf = (pages) => [...new Set(Object.values(pages).flatMap((text) => [...text.matchAll(/"(\/(?:static|css)\/[^"]+|\/[a-z-]+\/[^/"]+\/rosa\.svg)"/g)].map((found) => found[1])))];

const isMark = (file) => file.endsWith("/rosa.svg"); // the workshop's own, without a digest in its address
// The faces that most pages need; those of rarer letters come with the network.
const fontsOf = async (store, files) => {
  const fonts = [];
  for (const sheet of files.filter((file) => file.endsWith(".css"))) {
    const text = await (await store.match(sheet)).text();
    for (const [, address] of text.matchAll(/url\(["']?([^"')]+\.woff2)/g)) if (!/-more\./.test(address)) fonts.push(new URL(address, new URL(sheet, location)).pathname);
  }
  for (const font of fonts) if (!(await store.match(font))) await store.add(font).catch(() => {});
  return [...new Set(fonts)];
};

const keep = async ({ home, pages, release, missing, spare, stamped }) => {
  const known = await copyOf(home).catch(() => null);
  const wanted = spare || !known ? pages : [...new Set([...Object.keys(known.pages), ...pages])];
  const isWhole = known && wanted.every((page) => known.pages[page]);
  if (leaving || !wanted.length || (isWhole && (stamped ? known.stamp === stamped : known.release >= release))) return;
  // Where data is dear, what the browser has anyway is enough.
  const cache = spare ? "force-cache" : "no-cache";
  const answers = await Promise.all(wanted.map((page) => fetch(page, { credentials: "omit", cache })));
  if (!answers.every(isPublic) || new Set(answers.map(stamp)).size !== 1) return; // another release came in between
  const texts = await Promise.all(answers.map((answer) => answer.text()));
  const made = { home, missing, spare, stamp: stamp(answers[0]), when: Date.now(), pages: {} };
  for (const [n, page] of wanted.entries()) made.pages[page] = texts[n].replace("<html ", "<html data-copy ");
  made.release = +(/"release":(\d+)/.exec(texts[0]) || [])[1];
  made.files = filesOf(made.pages);
  const store = await caches.open(FILES);
  for (const file of made.files) if (isMark(file) || !(await store.match(file))) await store.add(file);
  if (!spare) made.files.push(...(await fontsOf(store, made.files)));
  await (await caches.open(COPIES)).put(keyOf(home), new Response(JSON.stringify(made)));
  const needed = new Set((await copies()).flatMap((copy) => copy.files));
  for (const request of await store.keys()) if (!needed.has(new URL(request.url).pathname)) await store.delete(request);
};

let leaving = false;
let turn = Promise.resolve(); // two tabs: one after the other, so that the older never comes last
const keepInTurn = (wish) => (turn = turn.then(() => keep(wish)).catch(() => {})); // what fails now succeeds another time
// Switched off: what is on its way is waited for, then all goes.
const leave = async () => {
  leaving = true;
  await turn;
  for (const name of await caches.keys()) await caches.delete(name);
  await registration.unregister();
};
addEventListener("message", (event) => event.waitUntil(event.data.leave ? leave() : keepInTurn(event.data)));

// What was withdrawn stands in no paper either that was kept before.
const withdrawals = (made) => (/-\d+\.(\d+)-/.exec(made) || [])[1];
const forgetPapers = async (home) => {
  const store = await caches.open(PAPERS);
  for (const old of await store.keys()) if (new URL(old.url).pathname.startsWith(home)) await store.delete(old);
};

// Another release came with this page, or another version of the site: the copy follows.
const follow = async (home, answer) => {
  const copy = isPublic(answer) && (await copyOf(home));
  if (copy && withdrawals(copy.stamp) !== withdrawals(stamp(answer))) await forgetPapers(home);
  if (copy && copy.stamp !== stamp(answer)) await keepInTurn({ ...copy, pages: Object.keys(copy.pages), stamped: stamp(answer) });
};

const isPaper = (answer) => isPublic(answer) && /pdf/.test(answer.headers.get("Content-Type"));
const keepPaper = async (request, answer) => {
  const store = await caches.open(PAPERS);
  await store.delete(request.url);
  await store.put(request.url, answer);
  const kept = await store.keys();
  for (const old of kept.slice(0, -MOST_PAPERS)) await store.delete(old);
};

/* --- what is answered without network --- */

// A page of the copy stands at its own address, else the browser is led to it: [page, place on it].
const within = (copy, url, rest) => {
  const [agenda, people] = [`${copy.home}agenda/`, `${copy.home}participantes/`];
  const row = /^agenda\/([^/.]+)\/?$/.exec(rest);
  const axis = /^ejes\/(\d+)\/?$/.exec(rest);
  const who = /^participantes\/([^/.]+)\/?$/.exec(rest);
  const has = (path, text) => copy.pages[path] && copy.pages[path].includes(text);
  if (row && has(agenda, `id="s-${row[1].toLowerCase()}"`)) return [agenda, `#s-${row[1].toLowerCase()}`];
  if (axis && has(agenda, `${copy.home}ejes/${axis[1]}/"`)) return [agenda, `?eje=${axis[1]}`];
  if (who && has(people, `id="p-${who[1]}"`)) return [people, `#p-${who[1]}`];
  const path = copy.home + rest;
  for (const page of [path + url.search, path]) if (copy.pages[page]) return [page, ""];
  return copy.pages[`${path}/`] ? [`${path}/`, url.search] : null;
};

const kindly = (copy) => {
  const [title, text, link, language] = copy.missing;
  const sheet = copy.files.find((file) => file.endsWith(".css"));
  const way = copy.pages[`${copy.home}agenda/`] ? `${copy.home}agenda/` : Object.keys(copy.pages)[0];
  return new Response(
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><link rel="stylesheet" href="${sheet}"></head><body><main><h1>${title}</h1><p>${text}</p><p><a href="${way}">${link}</a></p></main></body></html>`,
    { ...HTML, status: 503 },
  );
};

// What the device has for an address; null where it has nothing at all. `isKind` where it only says so.
const offline = async (request, url) => {
  const paper = await caches.match(request.url, { cacheName: PAPERS });
  if (paper) return { answer: paper };
  const all = await copies();
  if (!all.length) return null;
  const [, language, slug = "", rest = ""] = /^\/(?:([a-z-]+)(?:\/([^/]*)(?:\/(.*))?)?)?$/.exec(url.pathname) || [];
  const inLanguage = all.filter((copy) => copy.home.startsWith(`/${language}/`));
  const ofWorkshop = all.filter((copy) => copy.home.endsWith(`/${slug}/`));
  const mine = inLanguage.find((copy) => ofWorkshop.includes(copy));
  if (!slug || slug === "talleres") return { answer: Response.redirect((inLanguage[0] || all[0]).home, 302) }; // the front door
  const copy = mine || ofWorkshop[0] || inLanguage[0] || all[0];
  const found = ofWorkshop.length && within(copy, url, rest);
  if (!found) return { answer: kindly(copy), isKind: true };
  const [page, place] = found;
  if (!place && url.pathname === new URL(page, url).pathname) return { answer: new Response(copy.pages[page], HTML) };
  // Elsewhere on a kept page, or in another language of the same workshop.
  return { answer: Response.redirect(page + (place || (page.includes("?") ? "" : url.search)), 302) };
};

/* --- the requests --- */

let waited = 0; // when the network was last waited for in vain
const patience = () => new Promise((go) => setTimeout(go, Date.now() - waited < 15000 ? 500 : SLOW, null));

const visit = async (event) => {
  const { request } = event;
  const url = new URL(request.url);
  // Asked anew, past the browser's own copies: a 304 where nothing changed.
  const network = fetch(request, { cache: "no-cache" });
  const home = (/^\/[a-z-]+\/[^/]+\//.exec(url.pathname) || [""])[0];
  // Whenever it comes, in time or late; the first to hear of it, before its body is read.
  const keeping = network.then((answer) => (isPaper(answer) ? keepPaper(request, answer.clone()) : follow(home, answer)));
  event.waitUntil(keeping.catch(() => {}));
  const answer = await Promise.race([network.catch(() => null), patience()]);
  if (answer && answer.status < 502) return answer; // 502 to 504: a proxy that does not reach the site
  waited = Date.now();
  const kept = await offline(request, url).catch(() => null);
  if (kept && !kept.isKind) return kept.answer;
  return network.then((late) => (late.status < 502 || !kept ? late : kept.answer)).catch(() => (kept ? kept.answer : Response.error()));
};
const file = async (request) => (await caches.match(request).catch(() => null)) || fetch(request);
const mark = (request) => fetch(request).catch(async () => (await caches.match(request)) || Response.error());

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (/^\/(static|css)\//.test(url.pathname)) event.respondWith(file(request));
  else if (isMark(url.pathname)) event.respondWith(mark(request));
  else if (request.mode === "navigate" && (url.pathname === "/" || PAGE.test(`${url.pathname}/`))) event.respondWith(visit(event));
});
