/* 离线: keeps the scanner's page and its parts, and gives them when there is no network.
   `SHELL` and `EDITION` are written in front by the server. Nothing of anybody's is kept. */
self.addEventListener('install', function (event) {
  event.waitUntil(caches.open(EDITION).then(function (cache) {
    return Promise.all(SHELL.map(function (address) {
      return fetch(new Request(address, { cache: 'no-cache', credentials: 'same-origin' })).then(function (answer) {
        if (!answer.ok) throw new Error(address);
        return cache.put(address, answer);
      });
    }));
  }).then(function () { return self.skipWaiting(); }));
});
self.addEventListener('activate', function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return /^guildhall-shell-/.test(name) && name !== EDITION; })
      .map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});
function kept(address) {
  return caches.open(EDITION).then(function (cache) { return cache.match(address); })
    .then(function (answer) { return answer || Response.error(); });
}
self.addEventListener('fetch', function (event) {
  var request = event.request, url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate' && (url.pathname === '/scan' || /^\/[vc]\/[a-z2-7]{16}$/i.test(url.pathname))) {
    event.respondWith(fetch(request).then(function (answer) {
      if (url.pathname === '/scan' && answer.ok) {
        var copy = answer.clone();
        event.waitUntil(caches.open(EDITION).then(function (cache) { return cache.put('/scan', copy); }));
      }
      return answer;
    }).catch(function () { return kept('/scan'); }));
  } else if (SHELL.indexOf(url.pathname) > 0) {
    event.respondWith(kept(url.pathname).then(function (answer) { return answer.type === 'error' ? fetch(request) : answer; }));
  }
});
