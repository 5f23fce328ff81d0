/* Keeps the pages that a reader has opened, and those that the agenda names, for when the network is gone.
   Pages: the network first, the copy after three seconds or without network. Files with a hash in their name: the
   copy first. Nothing of people who are logged in is kept: their answers say so. */
const NAME = "taller-{{ code_version }}";
const PAGE = /^\/(?:es|en|pt-br|fr)\/(?!.*\/borrador\/)/;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) =>
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== NAME) await caches.delete(name);
    await clients.claim();
  })()),
);

const keepable = (answer) => answer.ok && (/public/.test(answer.headers.get("Cache-Control") || "") || new URL(answer.url).pathname.startsWith("/static/"));
const store = async (request, answer) => {
  if (keepable(answer)) await (await caches.open(NAME)).put(request, answer.clone());
  return answer;
};
const soon = (milliseconds) => new Promise((_, refuse) => setTimeout(refuse, milliseconds, new Error("slow")));

const page = async (request) => {
  const network = fetch(request).then((answer) => store(request.url, answer));
  try {
    return await Promise.race([network, soon(3000)]);
  } catch {
    return (await caches.match(request.url, { ignoreVary: true })) || network;
  }
};
const file = async (request) => (await caches.match(request)) || fetch(request).then((answer) => store(request, answer));

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(file(event.request));
  else if (PAGE.test(url.pathname) && !url.pathname.endsWith("version.json")) event.respondWith(page(event.request));
});

const keep = async (paths) => {
  const cache = await caches.open(NAME);
  for (const path of paths) {
    if (await cache.match(path, { ignoreVary: true })) continue;
    try {
      const answer = await fetch(path, { credentials: "omit" });
      if (keepable(answer)) await cache.put(new URL(path, location.origin).href, answer);
    } catch {
      return; /* the network went away: the rest another time */
    }
  }
};
addEventListener("message", (event) => event.waitUntil(keep([...event.data.keep, ...(event.data.from ? [event.data.from] : [])])));
