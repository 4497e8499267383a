// In the field: what is noted is first kept on the phone, then sent, once.

const form = document.querySelector('[data-field]');
const words = form.dataset;
const said = form.querySelector('[data-said]');
const queue = document.querySelector('[data-queue]');
const kinds = new Map(JSON.parse(document.getElementById('map-kinds').textContent).map((kind) => [kind.code, kind]));
/** Largest side of a photo that is sent. [px] */
const MOST_SIDE = 2048;
let here = null;
let corrected = null;
let sending = false;
let again = false;
/** Between two tries while the network does not answer. [ms] */
const SHORTEST_PAUSE = 5000;
const LONGEST_PAUSE = 60000;
let pause = SHORTEST_PAUSE;

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
    if (note.refused) item.append(' ', Object.assign(document.createElement('span'), { className: 'quiet', textContent: note.refused }), ' ', button(words.correct, () => correct(note)), ' ', button(words.discard, () => drop(note)));
    return item;
  }));
  if (!notes.length) queue.append(Object.assign(document.createElement('li'), { textContent: queue.dataset.none }));
  return notes;
}

function button(textContent, act) {
  const made = Object.assign(document.createElement('button'), { type: 'button', className: 'link', textContent });
  made.addEventListener('click', act);
  return made;
}

async function drop(note) {
  await within('readwrite', (notes) => notes.delete(note.id));
  await list();
}

/** What was refused goes back into the form, with its place, its photo and its number. */
async function correct(note) {
  corrected = note;
  for (const name of ['owner', 'layer']) if (form.elements[name]) form.elements[name].value = note.fields[name] ?? '';
  ask();
  for (const [name, value] of Object.entries(note.fields)) if (form.elements[name]) form.elements[name].value = value;
  said.textContent = note.refused;
  form.elements.text.focus();
}

/** What must be said of a new asset of the chosen kind. */
function ask() {
  const part = form.querySelector('[data-required]');
  if (!part) return;
  const isNew = Boolean(form.elements.owner.value);
  const kind = kinds.get(form.elements.layer.value);
  part.hidden = !isNew || !kind?.required.length;
  form.querySelector('[data-new-part]').hidden = !isNew;
  part.replaceChildren(...(isNew && kind ? kind.required : []).map((field) => {
    const label = Object.assign(document.createElement('label'), { textContent: field.title });
    const control = document.createElement(field.codes.length ? 'select' : 'input');
    control.name = `value-${field.name}`;
    for (const code of field.codes) control.append(new Option(code.title, code.value));
    label.append(document.createElement('br'), control);
    return label;
  }));
}

/** A photo of a size that a weak network carries; drawn anew, it also loses what the phone wrote into it. */
async function smaller(photo) {
  try {
    const picture = await createImageBitmap(photo);
    const scale = Math.min(1, MOST_SIDE / Math.max(picture.width, picture.height));
    const sheet = Object.assign(document.createElement('canvas'), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    sheet.getContext('2d').drawImage(picture, 0, 0, sheet.width, sheet.height);
    return await new Promise((done) => { sheet.toBlob((blob) => done(blob ?? photo), 'image/jpeg', 0.85); });
  } catch {
    return photo;
  }
}

/** Send what waits, one after another; a note that was received is known by its number. */
async function send() {
  if (sending) { again = true; return; }
  sending = true;
  try {
    const notes = await list();
    if (!notes.length) return;
    const asked = await fetch(words.token, { credentials: 'same-origin', redirect: 'manual' });
    if (!asked.ok) { said.textContent = words.signIn; return; }
    const { reader, csrf } = await asked.json();
    for (const note of notes) {
      if (note.refused) continue;
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
    pause = SHORTEST_PAUSE;
  } catch {
    // No network: it is tried again when there is one. A browser may say so before it is true.
    if (navigator.onLine) setTimeout(send, pause);
    pause = Math.min(2 * pause, LONGEST_PAUSE);
  } finally {
    sending = false;
    await list();
    network();
    if (again) { again = false; send(); }
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
    const answer = await fetch(`${words.near}&${new URLSearchParams({ kinh: here.longitude, vi: here.latitude, trong: 500 })}`);
    const { near } = await answer.json();
    part.hidden = !near.length;
    part.querySelector('ul').replaceChildren(...near.slice(0, 8).map((hit) => {
      const item = document.createElement('li');
      const button = Object.assign(document.createElement('button'), { type: 'button', className: 'link', textContent: `${hit.kind} ${hit.code}` });
      button.addEventListener('click', () => { form.elements.code.value = hit.code; form.elements.layer.value = hit.layer; if (form.elements.owner) form.elements.owner.value = ''; ask(); });
      item.append(button, ` ${hit.away_m} ${words.away}`);
      return item;
    }));
  } catch {
    part.hidden = true;
  }
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const place = corrected?.fields ?? here;
  if (!place) { said.textContent = words.noPlace; return; }
  const fields = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === 'string'));
  const taken = form.elements.photo.files[0];
  if (fields.owner && !(fields.code.trim() && fields.layer)) { said.textContent = words.new; return; }
  if (!fields.text.trim() && !taken && !corrected?.photo && !fields.owner) { said.textContent = words.noText; return; }
  Object.assign(fields, { longitude: place.longitude, latitude: place.latitude, accuracy: place.accuracy, at: corrected?.fields.at ?? new Date().toISOString() });
  const photo = taken ? await smaller(taken) : corrected?.photo ?? null;
  await within('readwrite', (notes) => notes.put({ id: corrected?.id ?? crypto.randomUUID(), reader: words.reader, fields, photo }));
  corrected = null;
  form.reset();
  ask();
  said.textContent = words.kept;
  await list();
  if (navigator.onLine) send();
  else network();
});
for (const name of ['layer', 'owner']) form.elements[name]?.addEventListener('change', ask);
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
