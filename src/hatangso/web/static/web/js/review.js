// The review of a plan: keys, forms opened in place, the place in the text, selected words as a quote.
const cards = [...document.querySelectorAll("[data-card]")];
const text = document.querySelector("[data-text]");
const said = document.querySelector("[data-said]");
const typing = (element) => element.closest("input, textarea, select, [contenteditable]");
const shown = () => cards.filter((card) => card.checkVisibility());

/** Tell what cannot be done: to a screen reader, too. */
function say(words) {
  said.textContent = words;
}

/** Show where a card's words stand, without moving anything but the text itself. */
function showPlace(card) {
  for (const piece of text.querySelectorAll(".is-here")) piece.classList.remove("is-here");
  const pieces = [...text.querySelectorAll(`[data-of~="text-${card.id}"]`)];
  for (const piece of pieces) piece.classList.add("is-here");
  const first = pieces[0];
  if (!first) return;
  const away = first.getBoundingClientRect().top - text.getBoundingClientRect().top;
  text.scrollTop += away - text.clientHeight / 3;
}

function here() {
  const found = document.activeElement?.closest("[data-card]")
    ?? document.getElementById(location.hash.slice(1))?.closest("[data-card]");
  return found ?? shown()[0];
}

function go(card) {
  if (!card) return;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest", behavior: "instant" });
  showPlace(card);
}

function step(by) {
  const list = shown();
  const from = document.activeElement?.closest("[data-card]");
  const at = list.indexOf(from ?? here());
  // The first press from elsewhere on the page goes to where the person is, not past it.
  go(list[Math.max(0, Math.min(list.length - 1, from ? at + by : Math.max(at, 0)))]);
}

/** Open the form of a card, or find it open: a copy of its kind's, with what the card says. */
function opened(card) {
  const held = card.querySelector("[data-opened]");
  const link = card.querySelector("[data-open]");
  if (held || !link) return held;
  const form = document.querySelector(`template[data-form="${card.dataset.kind}"]`).content.cloneNode(true).firstElementChild;
  for (const each of form.querySelectorAll("[id], [for]")) {
    for (const name of ["id", "for"]) {
      if (each.hasAttribute(name)) each.setAttribute(name, each.getAttribute(name).replace(/^ID/, card.id));
    }
  }
  const may = link.dataset.may.split(" ");
  for (const button of form.querySelectorAll("[data-may]")) if (!may.includes(button.dataset.may)) button.remove();
  for (const [name, value] of Object.entries(JSON.parse(link.dataset.fields))) {
    const field = form.elements[name];
    if (field.tagName === "SELECT" && ![...field.options].some((each) => each.value === value)) field.add(new Option(value, value));
    field.value = value;
  }
  const decide = card.querySelector(".decide");
  form.action = decide.getAttribute("action");
  form.elements.version.value = decide.elements.version.value;
  const seek = form.querySelector("[data-filter]");
  if (seek) seek.closest("[hidden]").hidden = false;
  decide.after(form);
  link.hidden = true;
  return form;
}

function close(card) {
  const link = card.querySelector("[data-open]");
  if (!link) return; // The form came with the page.
  card.querySelector("[data-opened]")?.remove();
  link.hidden = false;
  card.focus();
}

/** Open a card for a purpose, so that Enter does that and nothing else. */
function work(card, purpose) {
  const form = card && opened(card);
  const button = form && [...form.querySelectorAll("button")].find((each) => each.value === purpose);
  if (!button) return say(said.dataset.cannot);
  form.dataset.purpose = purpose;
  const field = purpose === "correct" ? form.querySelector("[data-first]") : form.elements.reason;
  field.focus();
  if (field.tagName === "INPUT") field.select();
}

function press(card, value) {
  const button = card?.querySelector(`.decide button[value="${value}"]`);
  if (button) button.click();
  else say(said.dataset.cannot);
}

function adding(kind) {
  const part = document.querySelector(`[data-add="${kind}"]`);
  if (!part) return say(said.dataset.cannot);
  part.open = true;
  const quote = part.querySelector("[name='quote']");
  (quote.value ? part.querySelector("[data-first]") : quote).focus();
  part.scrollIntoView({ block: "nearest", behavior: "instant" });
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  c: () => press(here(), "confirm"),
  e: () => work(here(), "correct"),
  x: () => work(here(), "reject"),
  u: () => (document.querySelector("[data-undo]") ?? { click: () => press(here(), "take_back") }).click(),
  a: () => adding("target"),
  b: () => adding("baseline"),
  n: () => adding("task"),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "Escape") {
    const card = event.target.closest?.("[data-card]");
    if (card) close(card);
    return;
  }
  if (typing(event.target)) return;
  // A Vietnamese keyboard may keep the letter back; the key itself is known.
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.code.replace(/^Key/, "").toLowerCase();
  const act = Object.hasOwn(KEYS, key) ? KEYS[key] : null;
  if (!act) return;
  event.preventDefault();
  say("");
  act();
});

// Enter does what the key that opened the form was for: it never rejects what is being corrected.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches?.("[data-opened] input:not([type=search])")) return;
  const form = event.target.form;
  const button = [...form.querySelectorAll("button")].find((each) => each.value === form.dataset.purpose) ?? form.querySelector("button");
  event.preventDefault();
  form.requestSubmit(button);
});

// A second click on a button while the first is under way sends nothing.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-open]");
  if (!link) return;
  event.preventDefault();
  const card = link.closest("[data-card]");
  showPlace(card);
  work(card, link.dataset.may.includes("correct") || link.dataset.may.includes("propose") ? "correct" : "reject");
});

for (const card of cards) {
  card.querySelector("a[href^='#text-']").addEventListener("click", (event) => {
    event.preventDefault();
    go(card);
    history.replaceState(null, "", `#${card.id}`);
  });
}

// Words of the text lead to their card; words selected there are the quote of what is added.
text.addEventListener("click", (event) => {
  const piece = event.target.closest("[data-of]");
  if (!piece || !document.getSelection().isCollapsed) return;
  go(shown().find((card) => piece.dataset.of.split(" ").includes(`text-${card.id}`)));
});
document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  const words = selection.toString().trim();
  if (!words || !text.contains(selection.anchorNode) || !text.contains(selection.focusNode)) return;
  const before = document.createRange();
  before.selectNodeContents(text);
  const range = selection.getRangeAt(0);
  before.setEnd(range.startContainer, range.startOffset);
  const near = [...before.toString()].length; // Code points, as the program counts.
  for (const part of document.querySelectorAll("[data-add]")) {
    part.querySelector("[name='quote']").value = words;
    part.querySelector("[name='near']").value = near;
  }
});

const wanted = document.getElementById(location.hash.slice(1));
if (wanted?.matches("[data-add]")) wanted.open = true;
if (wanted?.closest("[data-card]")) go(wanted.closest("[data-card]"));
