// What every page gains when scripts run; each page works without them too.

/** Vietnamese without tone marks, in lower case. */
export function plain(text) {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd').toLowerCase();
}

/** A field above a list leaves only the items whose name holds every word that is typed. */
function filterLists() {
  for (const section of document.querySelectorAll('[data-filtered]')) {
    section.querySelector('[data-filter]').closest('[hidden]').hidden = section.querySelectorAll('[data-name]').length < 8;
  }
  // Listened to here, for a list may come later.
  document.addEventListener('input', ({ target }) => {
    const section = target.matches?.('[data-filter]') && target.closest('[data-filtered]');
    if (!section) return;
    const wanted = plain(target.value).split(/\s+/);
    const items = [...section.querySelectorAll('[data-name]')].filter((item) => item.closest('[data-filtered]') === section);
    for (const item of items) {
      const name = plain(item.dataset.name);
      item.hidden = !wanted.every((word) => name.includes(word));
    }
    const none = section.querySelector('[data-none]');
    if (none) none.hidden = items.some((item) => !item.hidden);
  });
}

/** What is folded away on the screen is printed. */
function printing() {
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details[data-print]:not([open])')];
    for (const each of opened) each.open = true;
  });
  addEventListener('afterprint', () => { for (const each of opened) each.open = false; });
}

const KEPT = 'hatangso-recents';
const MOST_KEPT = 8;

/** Pages looked at lately, kept in this browser only; empty where storage is shut off. */
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? [];
  } catch {
    return [];
  }
}

/** Links to the pages looked at lately. */
function recentLinks() {
  return kept().map(({ name, url }) => {
    const item = document.createElement('li');
    item.append(Object.assign(document.createElement('a'), { href: url, textContent: name }));
    return item;
  });
}

/** A page with a name of its own joins those looked at lately, which stand on the home. */
function recents() {
  const heading = document.querySelector('[data-recent]');
  if (heading) {
    const url = location.pathname + location.search;
    const list = [{ name: heading.dataset.recent, url }, ...kept().filter((each) => each.url !== url)].slice(0, MOST_KEPT);
    try {
      localStorage.setItem(KEPT, JSON.stringify(list));
    } catch {
      return; // Nothing can be kept in this browser: the lists stay empty.
    }
  }
  const place = document.querySelector('[data-recents]');
  if (place && kept().length) {
    place.querySelector('ul').replaceChildren(...recentLinks());
    place.hidden = false;
  }
}

/**
 * Suggestions close with Escape, with a click elsewhere, and when the focus leaves. In an empty box
 * they are the pages looked at lately.
 */
function suggestions() {
  const form = document.querySelector('.seek');
  const list = form.querySelector('.suggestions');
  const field = form.querySelector('input');
  const close = () => list.replaceChildren();
  const offer = () => {
    const links = recentLinks();
    if (field.value.trim() || !links.length) return;
    const words = Object.assign(document.createElement('p'), { className: 'quiet suggestions-kind', textContent: list.dataset.recentWords });
    const items = document.createElement('ul');
    items.append(...links);
    list.replaceChildren(words, items);
  };
  const say = (words) => list.replaceChildren(Object.assign(document.createElement('p'), { className: 'quiet', textContent: words }));
  form.addEventListener('htmx:before:request', () => { if (!list.children.length) say(list.dataset.waitWords); });
  for (const fault of ['htmx:error', 'htmx:response:error']) {
    form.addEventListener(fault, () => say(list.dataset.failedWords));
  }
  field.addEventListener('focus', offer);
  field.addEventListener('input', () => { if (!field.value.trim()) offer(); });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const links = [...list.querySelectorAll('a')];
    if (!links.length) return;
    event.preventDefault();
    const at = links.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1);
    (at < 0 ? form.querySelector('input') : links[Math.min(at, links.length - 1)]).focus();
  });
  form.addEventListener('focusout', (event) => {
    if (!form.contains(event.relatedTarget)) close();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && !/INPUT|SELECT|TEXTAREA/.test(document.activeElement.tagName)) {
      event.preventDefault();
      form.querySelector('input').focus();
    }
  });
}

/** Buttons that only a script can serve are shown by it. */
function buttons() {
  for (const button of document.querySelectorAll('[data-print]')) {
    button.hidden = false;
    button.addEventListener('click', () => window.print());
  }
  for (const button of document.querySelectorAll('[data-copy]')) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).innerText);
      button.textContent = button.dataset.done;
    });
  }
  for (const button of document.querySelectorAll('[data-copy-address]')) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(location.href);
      button.textContent = button.dataset.done;
    });
  }
}

/** A date is typed as 31/07/2023; the address bar holds 2023-07-31. */
function dates() {
  for (const form of document.querySelectorAll('[data-dates]')) {
    form.addEventListener('formdata', ({ formData }) => {
      for (const [name, text] of [...formData]) {
        const typed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text.trim());
        if (typed) formData.set(name, `${typed[3]}-${typed[2].padStart(2, '0')}-${typed[1].padStart(2, '0')}`);
        else if (!text.trim()) formData.delete(name);
      }
    });
  }
}

filterLists();
printing();
dates();
recents();
suggestions();
buttons();
