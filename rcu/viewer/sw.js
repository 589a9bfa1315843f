// Keeps the page for when the phone is offline.  It sees requests for our own files; a
// fragment is never part of one.

const CACHE = "viewer-1";
const BASE = new URL("./", self.location).pathname;
const FILES = [
  "", "viewer.css", "icon.svg", "root.json", "keys.json", "d/1.bin",
  ...["bars", "body", "bytes", "columns", "decode", "dom", "ekabs", "format", "inflate", "main", "page", "plain", "site", "strip", "tables", "trust", "words"].map((name) => `js/${name}.js`),
];
// Never another content under the same number; everything else is asked for anew when
// there is network: a key may have been revoked, the page mended.
const FOR_EVER = /\/d\/[0-9]+\.bin$/;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES.map((name) => new Request(BASE + name, { cache: "no-cache" })))));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  const page = event.request.mode === "navigate";
  const ours = `${url.pathname}/` === BASE || url.pathname === BASE;
  if (page && ours) event.respondWith(fromNetwork(new Request(BASE)));
  else if (!page && url.pathname.startsWith(BASE)) {
    event.respondWith(FOR_EVER.test(url.pathname) ? fromCache(event.request) : fromNetwork(event.request));
  }
});

async function fromCache(request) {
  const kept = await caches.match(request.url, { cacheName: CACHE });
  return kept ?? keep(request, await fetch(request));
}

async function fromNetwork(request) {
  try {
    return await keep(request, await fetch(request));
  } catch (error) {
    const kept = await caches.match(request.url, { cacheName: CACHE });
    if (kept) return kept;
    throw error;
  }
}

async function keep(request, answer) {
  if (answer.ok) await (await caches.open(CACHE)).put(request.url, answer.clone());
  return answer;
}
