// A file of papers that is opened without a server: the way through the papers, and the corrections that it gives back.
// What is keyed stays in this window (sessionStorage) and outlives a reload; it leaves only as the file that is saved.
"use strict";

const store = `digidoc:${document.body.dataset.export}`;
const sections = [...document.querySelectorAll("section.paper")];
const known = new Map(); // the ways through the sections that were opened

let paper = null; // the section on the screen
let way = null; // through it
let opening = false, warned = false;

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
  today,
  focused: (item) => way.focused(item),
  touched() {
    if (opening) return;
    if (made_of(paper)) give(paper, null); // what is changed once more is not done any more
    keep_draft();
    count();
  },
};

function keep_draft() {
  keep(`draft:${id_of(paper)}`, way.kept());
}
function count() {
  $("left").textContent = text_of("left", { count: way ? way.left() : 0 });
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

// -------- from paper to paper

function way_of(section) {
  if (!known.has(section)) {
    const found = (within) => section.querySelectorAll(within);
    known.set(section, new Way(found(".asked > .item"), found("details .item"), section.querySelector(".done"), desk));
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
  way = way_of(section);
  way.anew();
  const draft = kept(`draft:${id_of(section)}`);
  if (draft) way.restore(draft);
  opening = false;
  keep("open", section.id);
  scrollTo(0, 0);
  count();
  way.begin();
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
  if (verdict === "done" && !way.all_settled()) return;
  const section = paper;
  const found = settled(way.all());
  const empty = !found.fields.length && !found.words.length && !found.lines.length;
  const { name } = section.dataset;
  if (verdict === "later" && empty) {
    $("foot").textContent = text_of("put-off", { name });
  } else {
    // What the file does not ask of a paper stays open: then nobody can say that the paper is done.
    const said = verdict === "done" && !section.dataset.whole ? "later" : verdict;
    keep_draft();
    give(section, { ...way.correction(section.dataset, said), clerk: kept("clerk") });
    $("foot").textContent = text_of("made", { name });
  }
  open_next(section);
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

const ANYWHERE = {
  F8: () => finish("rescan"),
  F9: () => finish("later"),
  F1: () => $("keys").showModal(),
  ArrowUp: () => way.step(-1),
  ArrowDown: () => way.step(1),
};
const WITH_CONTROL = { Enter: () => finish("done") };

function action(event) {
  if (event.ctrlKey && event.key === "s") return save;
  return paper === null || paper.hidden ? undefined : way.action(event, ANYWHERE, WITH_CONTROL);
}
function pressed(event) {
  if (way && !MODIFIERS.includes(event.key)) way.keys += 1;
  if (event.isComposing || event.keyCode === 229 || event.metaKey || $("keys").open || $("who").open) return;
  if (event.altKey) {
    if (event.key !== "ArrowLeft" || paper === null) return;
    event.preventDefault();
    const before = sections[sections.indexOf(paper) - 1];
    if (before) open(before);
    return;
  }
  act_on(event, action(event));
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
