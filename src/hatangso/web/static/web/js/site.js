// What every page gains when scripts run; each page works without them too.

/** Vietnamese without tone marks, in lower case. */
export function plain(text) {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd').toLowerCase();
}

/** A field above a list leaves only the items whose name holds what is typed. */
function filterLists() {
  for (const section of document.querySelectorAll('[data-filtered]')) {
    const field = section.querySelector('[data-filter]');
    const items = [...section.querySelectorAll('[data-name]')].map((item) => [item, plain(item.dataset.name)]);
    field.closest('[hidden]').hidden = items.length < 8;
    field.addEventListener('input', () => {
      const wanted = plain(field.value.trim());
      for (const [item, name] of items) item.hidden = !name.includes(wanted);
    });
  }
}

const KEPT = 'hatangso-recents';
const MOST_KEPT = 8;

/** Units looked at lately, kept in this browser only. */
function recents() {
  let kept = [];
  try {
    kept = JSON.parse(localStorage.getItem(KEPT)) ?? [];
  } catch {
    return; // Storage is shut off in this browser: the list stays hidden.
  }
  const heading = document.querySelector('[data-recent]');
  if (heading) {
    const url = location.pathname + location.search;
    kept = [{ name: heading.dataset.recent, url }, ...kept.filter((each) => each.url !== url)].slice(0, MOST_KEPT);
    localStorage.setItem(KEPT, JSON.stringify(kept));
  }
  const list = document.querySelector('[data-recents]');
  if (list && kept.length) {
    list.querySelector('ul').replaceChildren(...kept.map(({ name, url }) => {
      const link = Object.assign(document.createElement('a'), { href: url, textContent: name });
      const item = document.createElement('li');
      item.append(link);
      return item;
    }));
    list.hidden = false;
  }
}

/** Suggestions close with Escape, with a click elsewhere, and when the focus leaves. */
function suggestions() {
  const form = document.querySelector('.seek');
  const list = form.querySelector('.suggestions');
  const close = () => list.replaceChildren();
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
}

/** A date is typed as 31/07/2023; the address bar holds 2023-07-31. */
function dates() {
  for (const form of document.querySelectorAll('[data-dates]')) {
    form.addEventListener('formdata', ({ formData }) => {
      const typed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(formData.get('ngay').trim());
      if (typed) formData.set('ngay', `${typed[3]}-${typed[2].padStart(2, '0')}-${typed[1].padStart(2, '0')}`);
    });
  }
}

filterLists();
dates();
recents();
suggestions();
buttons();
