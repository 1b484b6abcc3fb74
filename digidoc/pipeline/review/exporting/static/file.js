// A file of papers that is opened without a server: the way through the papers, and the corrections that it gives back.
// What is keyed stays in this window (sessionStorage) and outlives a reload; it leaves only as the file that is saved.
"use strict";

const spoken = document.getElementById("words").dataset;
const store = `digidoc:${document.body.dataset.export}`;
const sections = [...document.querySelectorAll("section.paper")];
const $ = (id) => document.getElementById(id);
const known = new Map(); // what was made of a section: its items

let paper = null; // the section on the screen
let items = []; // what is to be settled on it
let extra = []; // what else may be changed or added
let current = null; // the item with the focus
let started = 0, keys = 0;
let opening = false, warned = false;

function text_of(key, places = {}) {
  const camel = key.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
  return (spoken[camel] || "").replace(/\{(\w+)\}/g, (_, name) => places[name] ?? "");
}
function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
}
function kept(name) {
  try {
    return JSON.parse(sessionStorage.getItem(`${store}:${name}`)) ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
}
// Where the browser keeps nothing, or has no room left, the window itself does, and says that a reload loses it.
const memory = new Map();
function keep(name, value) {
  try {
    if (value === null) sessionStorage.removeItem(`${store}:${name}`);
    else sessionStorage.setItem(`${store}:${name}`, JSON.stringify(value));
    memory.delete(name);
  } catch {
    memory.set(name, value);
    if (!warned) alarm(text_of("not-kept"));
    warned = true;
  }
}
function alarm(message) {
  $("alarm").hidden = !message;
  $("alarm").textContent = message;
}
const id_of = (section) => section.dataset.paper;
const corrections = new Map(); // those that were made, by section
const made_of = (section) => corrections.get(section) || null;
const made = () => [...corrections.values()];
function give(section, correct) {
  keep(`made:${id_of(section)}`, correct);
  if (correct) corrections.set(section, correct);
  else corrections.delete(section);
  entry(section);
}

const desk = {
  text: text_of,
  today,
  focused(item) {
    current = item;
    for (const other of all()) other.element.classList.toggle("current", other === item);
    item.input.select();
    item.element.scrollIntoView({ block: "nearest" });
    if (item.first !== null && !item.answer && !item.again) item.show_both();
    const value = item.blind && !item.answer ? "" : item.input.value;
    $("where").textContent = text_of("asked", { label: item.data.label, value });
  },
  touched() {
    if (opening) return;
    if (made_of(paper)) give(paper, null); // what is changed once more is not done any more
    keep_draft();
    count();
  },
};
const all = () => items.concat(extra);

function keep_draft() {
  const found = {};
  for (const item of all().filter((one) => one.changed())) found[item.element.id] = item.kept();
  keep(`draft:${id_of(paper)}`, Object.keys(found).length ? { found, keys, started } : null);
}
function count() {
  const left = items.filter((item) => !item.answer).length;
  $("left").textContent = text_of("left", { count: left });
  const done = made().length;
  $("papers").textContent = text_of("papers-done", { done, count: sections.length });
  $("save").disabled = done === 0;
}
// The line of the list that a section has.
function entry(section) {
  const button = document.querySelector(`#list [data-of="${section.id}"]`);
  const { verdict } = made_of(section) || {};
  button.querySelector("b").textContent = verdict ? `✓ ${text_of(`verdict-${verdict}`)}` : "";
  button.setAttribute("aria-current", String(section === paper));
}

// -------- the way through a paper, and to the next

function go_to(item) {
  if (item) item.input.focus();
  else paper.querySelector(".done").focus();
}
function go_on(item) {
  const open = (other) => !other.answer && other.first === null;
  const after = items.slice(items.indexOf(item) + 1);
  if (extra.includes(item)) step(1);
  else go_to(after.find(open) || items.find(open) || items.find((other) => !other.answer));
}
function step(by) {
  const list = extra.includes(current) ? extra.filter((item) => item.element.closest("details").open) : items;
  const at = document.activeElement === paper.querySelector(".done") ? list.length : list.indexOf(current);
  go_to(list[Math.max(0, at + by)]);
}
function items_of(section) {
  if (!known.has(section)) {
    const found = (within, asked) => [...section.querySelectorAll(within)].map((one) => new Item(one, desk, asked));
    known.set(section, { items: found(".asked > .item", true), extra: found("details .item", false) });
    for (const verdict of ["done", "later", "rescan"])
      section.querySelector(`.${verdict}`).addEventListener("click", () => finish(verdict));
  }
  return known.get(section);
}
function open(section) {
  opening = true;
  for (const other of sections) other.hidden = other !== section;
  $("finished").hidden = true;
  $("list").open = false;
  const before = paper;
  paper = section;
  if (before) entry(before);
  entry(section);
  ({ items, extra } = items_of(section));
  current = null;
  started = Date.now();
  keys = 0;
  const draft = kept(`draft:${id_of(section)}`);
  const by_id = new Map(all().map((item) => [item.element.id, item]));
  for (const [id, input] of Object.entries(draft?.found || {})) by_id.get(id)?.restore(input);
  if (draft) keys = draft.keys;
  opening = false;
  keep("open", section.id);
  scrollTo(0, 0);
  count();
  go_to(items.find((item) => !item.answer && item.first === null) || items.find((item) => !item.answer));
}
function open_next(section) {
  const at = sections.indexOf(section);
  const next = [...sections.slice(at + 1), ...sections.slice(0, at)].find((one) => !made_of(one));
  if (next && next !== section) return open(next);
  paper.hidden = true;
  $("finished").hidden = false;
  count();
  $("finished").querySelector("h2").textContent = text_of(made().length === sections.length ? "all-done" : "rest-open");
  return $("save-all").focus();
}
function finish(verdict) {
  if (verdict === "done") {
    const alone = items.every((item) => item.answer || item === current);
    if (current && (alone || current.changed()) && !current.settle()) return;
    if (items.some((item) => !item.answer)) {
      $("foot").textContent = text_of("open-items");
      go_on(items[items.length - 1]);
      return;
    }
  }
  const section = paper;
  const found = settled(all());
  const empty = !found.fields.length && !found.words.length && !found.lines.length;
  const { name } = section.dataset;
  if (verdict === "later" && empty) {
    $("foot").textContent = text_of("put-off", { name });
  } else {
    // What the file does not ask of a paper stays open: then nobody can say that the paper is done.
    const said = verdict === "done" && !section.dataset.whole ? "later" : verdict;
    keep_draft();
    give(section, correction(section, said, found));
    $("foot").textContent = text_of("made", { name });
  }
  open_next(section);
}
function correction(section, verdict, found) {
  const { dataset } = section;
  const seconds = Math.round((Date.now() - started) / 100) / 10;
  return {
    format: "digidoc.correction/1", id: hex(16), paper: dataset.paper, clerk: kept("clerk"),
    made_at: new Date().toISOString(), base: { version: dataset.version, text_sha256: dataset.text }, verdict,
    seconds, keys, ...found, note: "",
  };
}

// -------- who it is, and what is given back

function ask_who() {
  $("who").showModal();
  $("name").value = kept("clerk") || "";
  $("name").select();
}
function named() {
  const name = tidy($("name").value);
  const odd = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u.test(name);
  $("name-say").textContent = odd ? text_of("odd-characters") : name ? "" : text_of("needed-name");
  if (odd || !name) return;
  keep("clerk", name);
  $("clerk").textContent = name;
  $("who").close();
  if (!paper) begin();
}
function begin() {
  const last = kept("open");
  const section = sections.find((one) => one.id === last) || sections.find((one) => !made_of(one)) || sections[0];
  if (!section) return;
  open(section);
  if (made().length || kept(`draft:${id_of(section)}`)) $("foot").textContent = text_of("kept-input");
}
function save() {
  const found = made();
  if (!found.length) return;
  const at = new Date();
  const stamp = `${today()}-${[at.getHours(), at.getMinutes()].map((n) => String(n).padStart(2, "0")).join("")}`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(found, null, 1)], { type: "application/json" }));
  link.download = `digidoc-corrections-${stamp}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  keep("saved", found.map(({ id }) => id));
  $("foot").textContent = text_of("saved", { name: link.download, count: found.length });
}
function unsaved() {
  const saved = new Set(kept("saved") || []);
  const said = (section) => {
    const correct = made_of(section);
    return correct ? !saved.has(correct.id) : kept(`draft:${id_of(section)}`) !== null;
  };
  return sections.some(said);
}

// -------- keys

const IN_INPUT = {
  Enter: () => current.settle() && go_on(current),
  F2: () => current.empty("unreadable") && go_on(current),
  F4: () => current.empty("blank") && go_on(current),
  Escape: () => current.reset(),
};
const ANYWHERE = {
  F8: () => finish("rescan"),
  F9: () => finish("later"),
  F1: () => $("keys").showModal(),
  ArrowUp: () => step(-1),
  ArrowDown: () => step(1),
};
const WITH_CONTROL = { Enter: () => finish("done") };
const MODIFIERS = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta"]);

function action({ key, ctrlKey, shiftKey }) {
  if (ctrlKey && key === "s") return save;
  if (paper === null || paper.hidden) return undefined;
  const typing = current && document.activeElement === current.input;
  if (ctrlKey) return WITH_CONTROL[key];
  if (shiftKey) return key === "Enter" ? () => step(-1) : undefined;
  return (typing && IN_INPUT[key]) || ANYWHERE[key];
}
function pressed(event) {
  if (!MODIFIERS.has(event.key)) keys += 1;
  if (event.isComposing || event.keyCode === 229 || event.metaKey || $("keys").open || $("who").open) return;
  if (event.altKey) {
    if (event.key !== "ArrowLeft" || paper === null) return;
    event.preventDefault();
    const before = sections[sections.indexOf(paper) - 1];
    if (before) open(before);
    return;
  }
  const act = action(event);
  const held = event.repeat && !event.key.startsWith("Arrow");
  if (act || (held && event.key === "Enter")) event.preventDefault();
  if (act && !held) act();
}

addEventListener("keydown", pressed);
addEventListener("beforeunload", (event) => unsaved() && event.preventDefault());
$("help").addEventListener("click", () => $("keys").showModal());
$("clerk").addEventListener("click", ask_who);
// A browser lets nobody be held back from closing a dialog twice; without a name it is opened again.
$("who").addEventListener("close", () => kept("clerk") || ask_who());
$("who").querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  named();
});
for (const button of document.querySelectorAll("#list button"))
  button.addEventListener("click", () => open($(button.dataset.of)));
for (const section of sections) {
  const correct = kept(`made:${id_of(section)}`);
  if (correct) give(section, correct);
}
for (const button of [$("save"), $("save-all")]) button.addEventListener("click", save);
count();
$("clerk").textContent = kept("clerk") || "";
if (kept("clerk")) begin();
else ask_who();
