// The console's comforts: live parts, the segment counter, keys. Every page works without them.
"use strict";

const EVERY_MS = 5000;
const page = document.querySelector("[data-page]");
const draft = document.getElementById("draft");

// --- live parts: what differs is swapped by its id; draft, focus, selection and scroll stay --------------------------------

function swap(old, fresh) {
  if (old.outerHTML === fresh.outerHTML) return;
  const keepsRows = old.hasAttribute("data-rows") && fresh.hasAttribute("data-rows");
  if (!keepsRows) {
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    if (old.querySelector("details[open]")) return;
    old.replaceWith(fresh);
    if (focused) refocus(fresh, focused);
    return;
  }
  const known = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]));
  const wanted = [...fresh.children];
  const stays = new Set(wanted.map((child) => child.id));
  for (const child of [...old.children]) if (!stays.has(child.id)) child.remove();
  let after = null;
  for (const child of wanted) {
    const mine = known.get(child.id);
    if (mine) swap(mine, child);
    const now = mine ? document.getElementById(child.id) || child : child;
    const place = after ? after.nextElementSibling : old.firstElementChild;
    if (now !== place) old.insertBefore(now, place);
    after = now;
  }
}

function refocus(fresh, focused) {
  const same = focused.id ? fresh.querySelector("#" + CSS.escape(focused.id)) : null;
  const target = same || fresh.querySelector("a, button, input, [tabindex]");
  if (target) target.focus({ preventScroll: true });
}

// The queue keeps its order while somebody points at it or is in it; a pill says how many are new.
function order(queue) {
  return [...queue.querySelectorAll("li[id]")].map((row) => row.id).join(" ");
}

function swapQueue(old, fresh) {
  const busy = old.matches(":hover") || old.contains(document.activeElement);
  const before = document.getElementById("new-rows");
  if (!busy || order(old) === order(fresh)) {
    if (before) before.remove();
    swap(old, fresh);
    return;
  }
  for (const row of fresh.querySelectorAll("li[id]")) {
    const mine = document.getElementById(row.id);
    if (mine) swap(mine, row.cloneNode(true));
  }
  const n = [...fresh.querySelectorAll("li[id]")].filter((row) => !document.getElementById(row.id)).length;
  const words = n ? `${n} new` : "Order changed";
  if (before) {
    before.textContent = words;
    return;
  }
  const pill = document.createElement("button");
  pill.className = "btn pill";
  pill.id = "new-rows";
  pill.type = "button";
  pill.textContent = words;
  pill.addEventListener("click", () => {
    pill.remove();
    swap(document.getElementById("queue-rows"), fresh);
  });
  old.before(pill);
}

async function refresh() {
  const lost = document.getElementById("lost");
  try {
    const answer = await fetch(page.dataset.page, { headers: { Accept: "text/html" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of fresh.querySelectorAll("[data-live]")) {
      const mine = document.getElementById(part.id);
      if (mine) (part.id === "queue-rows" ? swapQueue : swap)(mine, part);
    }
    if (lost) lost.hidden = true;
  } catch {
    if (lost) lost.hidden = false;
  }
}

if (page) {
  let busy = false;
  const look = async () => {
    if (busy || document.hidden) return;
    busy = true;
    await refresh();
    busy = false;
  };
  setInterval(look, EVERY_MS);
  document.addEventListener("visibilitychange", look);
  document.addEventListener("parley:look", look);
}

// --- the composer ---------------------------------------------------------------------------------------------------------

if (draft) {
  const form = draft.form;
  const kept = "draft-" + page.dataset.contact;
  const problem = document.getElementById("problem");
  if (!draft.value && sessionStorage.getItem(kept)) draft.value = sessionStorage.getItem(kept);
  let waiting;
  const count = async () => {
    const body = new URLSearchParams({ text: draft.value, csrf_token: form.elements.csrf_token.value });
    try {
      const answer = await fetch(form.dataset.count, { method: "POST", body, redirect: "error" });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.ok) document.getElementById("count").replaceChildren(...fresh.body.childNodes);
    } catch {
      // the counter is a comfort: it counts again with the next letter
    }
  };
  draft.addEventListener("input", () => {
    sessionStorage.setItem(kept, draft.value);
    clearTimeout(waiting);
    waiting = setTimeout(count, 200);
  });
  draft.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", (event) => {
    const send = form.querySelector("[type=submit]");
    const sends = !event.submitter || event.submitter === send; // a note may be kept where nothing may be sent
    if (sends && send.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      draft.focus();
      return;
    }
    sessionStorage.removeItem(kept);
  });
  // a canned reply goes in where one writes, beside what is there already
  for (const chip of document.querySelectorAll(".chip[data-text]")) {
    chip.addEventListener("click", (event) => {
      event.preventDefault();
      const [from, to] = [draft.selectionStart, draft.selectionEnd];
      const before = from > 0 && !/\s$/.test(draft.value.slice(0, from)) ? " " : "";
      draft.setRangeText(before + chip.dataset.text, from, to, "end");
      draft.focus();
      draft.dispatchEvent(new Event("input"));
    });
  }
  if (draft.value) count();
  if (problem) draft.focus();
}

// The simulator's next text is typed at once; on a phone that would open its keyboard over the page.
const say = document.getElementById("say");
if (say && innerWidth > 768) say.focus({ preventScroll: true });

// The flow's file shows the step at which the conversation stands, without moving the page.
const now = document.querySelector("#yaml .lit");
if (now) now.closest("#yaml").scrollTop = Math.max(0, now.offsetTop - now.closest("#yaml").offsetTop - 40);

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = "Copied";
  });
}

// --- small things ---------------------------------------------------------------------------------------------------------

for (const toast of document.querySelectorAll(".toast")) {
  const fade = () => {
    if (toast.matches(":hover, :focus-within")) setTimeout(fade, 2000);
    else toast.classList.add("gone");
  };
  setTimeout(fade, 10000);
}

// --- keys -----------------------------------------------------------------------------------------------------------------

const dialog = document.getElementById("keys");
const single = document.getElementById("single");

if (single) {
  single.checked = localStorage.getItem("single-keys") !== "off";
  single.addEventListener("change", () => localStorage.setItem("single-keys", single.checked ? "on" : "off"));
}
for (const link of document.querySelectorAll("[data-keys]")) {
  link.addEventListener("click", (event) => {
    if (!dialog) return;
    event.preventDefault();
    dialog.showModal();
  });
}

function step(by) {
  const rows = [...document.querySelectorAll("#queue-rows a.q")];
  const at = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = rows[at < 0 ? 0 : at + by];
  if (next) next.click();
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || (dialog && dialog.open)) return;
  if (single && !single.checked) return;
  const find = document.getElementById("find");
  if (event.key === "/" && find) {
    event.preventDefault();
    find.focus();
  } else if (!dialog) {
    return;
  } else if (event.key === "?") {
    dialog.showModal();
  } else if (event.key === "j" || event.key === "k") {
    step(event.key === "j" ? 1 : -1);
  } else if (event.key === "r" && draft) {
    event.preventDefault();
    draft.focus();
  } else if (event.key === ";") {
    const chip = document.querySelector(".composer .chip");
    if (chip) chip.focus();
  } else if (event.key === "t" || event.key === "e" || event.key === "z") {
    const button = document.querySelector(`[data-key="${event.key}"]`);
    if (button && button.getClientRects().length) button.click();
  }
});
