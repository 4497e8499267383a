// The service worker of the field's page. GIVEN comes before: the page, and the files it needs.
// Network first, so that a page is never older than it must be; what is kept answers without one.

const STORE = 'hatangso-field';

self.addEventListener('install', (event) => {
  event.waitUntil((async () => {
    const store = await caches.open(STORE);
    await store.addAll(GIVEN.kept);
    await self.skipWaiting();
  })());
});

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    const store = await caches.open(STORE);
    const wanted = new Set([GIVEN.page, ...GIVEN.kept].map((address) => new URL(address, self.location).href));
    for (const request of await store.keys()) if (!wanted.has(request.url)) await store.delete(request);
    const page = await fetch(GIVEN.page, { credentials: 'same-origin' });
    if (page.ok && !page.redirected) await store.put(GIVEN.page, page);
    await self.clients.claim();
  })());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return;
  const isPage = new URL(request.url).pathname === GIVEN.page;
  event.respondWith((async () => {
    const store = await caches.open(STORE);
    try {
      const answer = await fetch(request);
      if (isPage && answer.ok && !answer.redirected) await store.put(GIVEN.page, answer.clone());
      return answer;
    } catch (error) {
      const kept = await store.match(isPage ? GIVEN.page : request, { ignoreVary: true });
      if (kept) return kept;
      throw error;
    }
  })());
});
