// Keeps the shell, so that the app opens off line and says what it can. The library is the server's:
// nothing of it, and nothing of anybody's, is kept here.

const SHELL = [/* shell */];
const CACHE = SHELL[0] ?? "shell";

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE)
      .then((cache) => cache.addAll(["/", "/model.safetensors", "/manifest.webmanifest", ...SHELL]))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const outdated = caches.keys().then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))));
  event.waitUntil(outdated.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || pathname.startsWith("/api/")) return;
  event.respondWith(pathname.startsWith("/assets/") ? kept(request) : fresh(request));
});

/** What never changes under its address. */
async function kept(request) {
  return (await caches.match(request)) ?? fetch(request);
}

/** The newest where the server answers, else what was kept. */
async function fresh(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const found = await caches.match(request.mode === "navigate" ? "/" : request);
    if (found) return found;
    throw error;
  }
}
