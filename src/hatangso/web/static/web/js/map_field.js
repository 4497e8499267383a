// In the field: what is noted is first kept on the phone, then sent, once.

const form = document.querySelector('[data-field]');
const words = form.dataset;
const said = form.querySelector('[data-said]');
const queue = document.querySelector('[data-queue]');
let here = null;
let sending = false;

/** The phone's own store; one note a row, by its number. */
function store() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open('hatangso-field', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('notes', { keyPath: 'id' });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

async function within(mode, what) {
  const base = await store();
  return new Promise((done, fail) => {
    const asked = what(base.transaction('notes', mode).objectStore('notes'));
    asked.onsuccess = () => { done(asked.result); base.close(); };
    asked.onerror = () => { fail(asked.error); base.close(); };
  });
}

async function list() {
  const notes = await within('readonly', (notes_) => notes_.getAll());
  queue.replaceChildren(...notes.map((note) => {
    const item = Object.assign(document.createElement('li'), { textContent: note.fields.text || note.fields.code || note.id });
    if (note.refused) item.append(' ', Object.assign(document.createElement('span'), { className: 'quiet', textContent: note.refused }));
    return item;
  }));
  if (!notes.length) queue.append(Object.assign(document.createElement('li'), { textContent: queue.dataset.none }));
  return notes;
}

/** Send what waits, one after another; a note that was received is known by its number. */
async function send() {
  if (sending) return;
  sending = true;
  try {
    const notes = await list();
    if (!notes.length) return;
    const asked = await fetch(words.token, { credentials: 'same-origin', redirect: 'manual' });
    if (!asked.ok) { said.textContent = words.signIn; return; }
    const { reader, csrf } = await asked.json();
    for (const note of notes) {
      if (String(note.reader) !== String(reader)) { said.textContent = words.other; continue; }
      const body = new FormData();
      body.set('id', note.id);
      for (const [name, value] of Object.entries(note.fields)) body.set(name, value);
      if (note.photo) body.set('photo', note.photo, 'photo');
      const answer = await fetch(words.send, { method: 'POST', body, headers: { 'X-CSRFToken': csrf }, credentials: 'same-origin' });
      const told = await answer.json().catch(() => ({}));
      if (answer.ok) await within('readwrite', (notes_) => notes_.delete(note.id));
      else if (answer.status === 422) await within('readwrite', (notes_) => notes_.put({ ...note, refused: told.detail }));
      said.textContent = told.done ?? told.detail ?? String(answer.status);
    }
  } catch {
    // No network: it is tried again when there is one.
  } finally {
    sending = false;
    await list();
    network();
  }
}

function network() {
  const line = document.querySelector('[data-network]');
  line.textContent = navigator.onLine ? line.dataset.on : line.dataset.off;
}

function locate() {
  const place = form.querySelector('[data-place]');
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    here = coords;
    place.textContent = `${coords.latitude.toFixed(6)}, ${coords.longitude.toFixed(6)} (${place.dataset.accuracy} ${Math.round(coords.accuracy)} m)`;
    nearest();
  }, () => { place.textContent = words.noPlace; }, { enableHighAccuracy: true });
}

async function nearest() {
  const part = form.querySelector('[data-near-list]');
  try {
    const answer = await fetch(`${words.near}?${new URLSearchParams({ kinh: here.longitude, vi: here.latitude, trong: 500 })}`);
    const { near } = await answer.json();
    part.hidden = !near.length;
    part.querySelector('ul').replaceChildren(...near.slice(0, 8).map((hit) => {
      const item = document.createElement('li');
      const button = Object.assign(document.createElement('button'), { type: 'button', className: 'link', textContent: `${hit.kind} ${hit.code}` });
      button.addEventListener('click', () => { form.elements.code.value = hit.code; form.elements.layer.value = hit.layer; });
      item.append(button, ` ${hit.away_m} ${words.away}`);
      return item;
    }));
  } catch {
    part.hidden = true;
  }
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (!here) { said.textContent = words.noPlace; return; }
  const fields = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === 'string'));
  const photo = form.elements.photo.files[0] ?? null;
  if (!fields.text.trim() && !photo) { said.textContent = words.noText; return; }
  Object.assign(fields, { longitude: here.longitude, latitude: here.latitude, accuracy: here.accuracy, at: new Date().toISOString() });
  await within('readwrite', (notes) => notes.put({ id: crypto.randomUUID(), reader: words.reader, fields, photo }));
  form.reset();
  said.textContent = words.kept;
  await list();
  if (navigator.onLine) send();
  else network();
});
form.querySelector('[data-here]').addEventListener('click', locate);
addEventListener('online', () => { network(); send(); });
addEventListener('offline', network);

network();
locate();
await list();
if ('serviceWorker' in navigator) {
  await navigator.serviceWorker.register(words.worker, { scope: location.pathname });
  await navigator.serviceWorker.ready;
  document.body.dataset.worker = 'ready';
}
send();
