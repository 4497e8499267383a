// Keys on the page that goes through what was read, and selected words as the quote of a new target.
const cards = [...document.querySelectorAll("[data-card]")];
const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

function here() {
  const focused = document.activeElement?.closest("[data-card]");
  const wanted = document.getElementById(location.hash.slice(1))?.closest("[data-card]");
  return cards.indexOf(focused ?? wanted ?? cards[0]);
}

function go(index) {
  const card = cards[Math.max(0, Math.min(cards.length - 1, index))];
  if (!card) return;
  card.focus();
  card.scrollIntoView({ block: "nearest" });
  const link = card.querySelector("a[href^='#text-']");
  document.getElementById(link.hash.slice(1))?.scrollIntoView({ block: "center" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "j") go(here() + 1);
  else if (key === "k") go(here() - 1);
  else if ("cex".includes(key) && key.length === 1) {
    const card = cards[here()];
    const details = card?.querySelector("details");
    if (key === "c") card?.querySelector("button[data-key='c']")?.click();
    else if (details) {
      details.open = true;
      details.dataset.wanted = key === "x" ? "reject" : "correct";
      details.querySelector(key === "x" ? "input[name='reason']" : "input[name='value']").focus();
    }
  } else return;
  event.preventDefault();
});

// Enter does what the key that opened the form was for: it never rejects what is being corrected.
document.addEventListener("keydown", (event) => {
  const field = event.key === "Enter" && event.target.closest?.("[data-card] details input");
  if (!field) return;
  const wanted = field.closest("details").dataset.wanted ?? "correct";
  const button = field.form.querySelector(`button[value='${wanted}']`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

document.querySelector("[data-text]")?.addEventListener("mouseup", () => {
  const words = document.getSelection().toString().trim();
  if (words) document.getElementById("quote").value = words;
});

if (location.hash) go(here());
