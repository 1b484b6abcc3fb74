// The clerk's page: keys, what is settled, saving, and the next paper. Pages are made by the server; nothing here makes
// one. What is keyed stays in this window until the server has said that it is kept.
"use strict";

const RENEW = 30000; // milliseconds between two renewals of a lease of 120 seconds
const AGAIN = 2000; // milliseconds until what was not reached is tried again
const ZOOMS = [1, 1.25, 1.5, 2, 2.5, 3];
const outbox = () => kept("outbox") || [];

let main; // the paper on the screen
let way; // through what is keyed of it
let page; // number of the page that is shown, from 1
let zoom = 0, leased = 0;
let sending = false, stranger = false;
let queue = []; // ids of the next papers, first the next one
const ahead = new Map(); // their pages, on the way

const window_id = kept("window") || keep("window", hex(16));

function kept(name) {
  return JSON.parse(sessionStorage.getItem(`digidoc:${name}`));
}
function keep(name, value) {
  if (value === null) sessionStorage.removeItem(`digidoc:${name}`);
  else sessionStorage.setItem(`digidoc:${name}`, JSON.stringify(value));
  return value;
}

// What the items ask of this page.
const desk = {
  today: () => main.dataset.today,
  focused(item) {
    way.focused(item);
    show_page(Number(item.data.page), item);
  },
  touched() {
    count_left();
    keep_draft();
  },
};
function count_left() {
  $("left").textContent = text_of("left", { count: way.left() });
}

// -------- the picture

const set = (element, given) => Object.entries(given).forEach(([name, value]) => element.setAttribute(name, value));

function show_page(number, item = null) {
  if (number < 1 || number > Number(main.dataset.pages)) return;
  const frame = JSON.parse(main.dataset.frames)[number - 1];
  const svg = $("page");
  const image = svg.querySelector("image");
  if (page !== number) {
    page = number;
    const href = `/picture/${main.dataset.paper}/${number}`;
    if (image.getAttribute("href") !== href) set(image, { href });
    if (frame) {
      set(svg, { viewBox: `0 0 ${frame.level[0]} ${frame.level[1]}` });
      set(svg.querySelector("g"), { transform: frame.levelling });
      set(image, { width: frame.size[0], height: frame.size[1] });
    }
    $("number").textContent = text_of("page-of", { page: number, pages: main.dataset.pages });
    set(svg, { "aria-label": $("number").textContent });
  }
  for (const old of svg.querySelectorAll("rect")) old.remove();
  for (const other of way.all()) {
    if (frame && other.data.box && Number(other.data.page) === number && (other.asked || other === item)) {
      const [x0, y0, x1, y1] = other.data.box.split(" ").map(Number);
      const rect = svg.appendChild(document.createElementNS(svg.namespaceURI, "rect"));
      const pad = frame.level[0] / 200;
      set(rect, { x: x0 - pad, y: y0 - pad, width: x1 - x0 + 2 * pad, height: y1 - y0 + 2 * pad });
      set(rect, { class: other === item ? "asked" : "other" });
      if (other === item) bring_into_sight(rect);
    }
  }
}
function bring_into_sight(rect) {
  const pane = $("page").parentElement;
  const inner = rect.getBoundingClientRect();
  const outer = pane.getBoundingClientRect();
  if (inner.top < outer.top || inner.bottom > outer.bottom) pane.scrollTop += inner.top - outer.top - pane.clientHeight / 3;
  if (inner.left < outer.left || inner.right > outer.right) pane.scrollLeft += inner.left - outer.left - 20;
}
function zoom_by(by) {
  zoom = Math.min(ZOOMS.length - 1, Math.max(0, zoom + by));
  $("page").style.width = `${ZOOMS[zoom] * 100}%`;
  const asked = $("page").querySelector(".asked");
  if (asked) bring_into_sight(asked);
}
function watch_pictures() {
  for (const image of main.querySelectorAll("image")) {
    const svg = image.closest("svg");
    const seen = (there) => {
      svg.classList.toggle("missing", !there);
      svg.parentElement.querySelector(".unshown").hidden = there;
    };
    image.addEventListener("error", () => seen(false));
    image.addEventListener("load", () => seen(true));
  }
}

// -------- saving

function finish(verdict) {
  if (verdict === "done" && !way.all_settled()) return null;
  const { paper, name } = main.dataset;
  keep("outbox", [...outbox(), { name, body: way.correction(main.dataset, verdict) }]);
  queue = queue.filter((next) => next !== paper);
  $("foot").textContent = text_of("saving");
  send();
  return open_next();
}
async function send() {
  if (sending) return;
  sending = true;
  while (outbox().length && !stranger && (await sent(outbox()[0]))) keep("outbox", outbox().slice(1));
  sending = false;
  if (outbox().length && !stranger) setTimeout(send, AGAIN);
}
async function post(path, body) {
  const headers = { "Content-Type": "application/json", "X-Digidoc": main.dataset.secret };
  return fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
}
// Whether the server has answered for good: what it could not keep is tried again.
async function sent({ name, body }) {
  let answer, said;
  try {
    answer = await post("/save", body);
    said = await answer.json();
  } catch {
    return alarm(text_of("unreached"));
  }
  const places = { name, reason: said.message || "" };
  if (answer.ok) {
    keep(`draft:${body.paper}`, null);
    alarm(said.status === "conflict" ? text_of("conflict", places) : "");
    $("foot").textContent = text_of(said.status, places);
    return true;
  }
  stranger = answer.status === 403;
  if (stranger) return alarm(text_of("stranger"));
  alarm(text_of(answer.status === 410 ? "gone" : "refused", places), `/paper/${body.paper}`);
  return answer.status < 500; // a full disk may have room again
}
function alarm(message, link = "") {
  const place = $("alarm");
  place.hidden = !message;
  place.textContent = message;
  if (link) Object.assign(place.appendChild(document.createElement("a")), { href: link, textContent: ` ${text_of("open")}` });
  return false;
}

// What was keyed and not saved yet survives a reload of the page.
function keep_draft() {
  const draft = way.kept();
  keep(`draft:${main.dataset.paper}`, draft && { text: main.dataset.text, ...draft });
}
function take_draft() {
  const draft = kept(`draft:${main.dataset.paper}`);
  if (!draft || draft.text !== main.dataset.text) return;
  way.restore(draft);
  way.started = draft.started;
  $("foot").textContent = text_of("kept-input");
}
const unsaved = () => outbox().length > 0 || kept(`draft:${main.dataset.paper}`) !== null;

// -------- from paper to paper

function show(found) {
  if (main) {
    const before = $("foot").textContent;
    const trouble = $("alarm");
    document.querySelector("main").replaceWith(found);
    document.querySelector("#alarm").replaceWith(trouble);
    $("foot").textContent = before;
  }
  main = found;
  if (!outbox().length) alarm("");
  document.title = `${main.dataset.name} – digidoc`;
  page = 0;
  const found_in = (within) => document.querySelectorAll(within);
  way = new Way(found_in("#items > .item"), found_in("details .item"), $("done"), desk);
  for (const id of ["done", "later", "rescan"]) {
    $(id).addEventListener("click", () => finish(id));
    $(id).disabled = false;
  }
  $("help").addEventListener("click", () => $("keys").showModal());
  watch_pictures();
  take_draft();
  count_left();
  zoom_by(0);
  show_page(1);
  way.begin();
  lease(true);
}
async function fetched(paper) {
  const answer = await fetch(`/paper/${paper}`);
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  return found && found.dataset.paper ? document.adoptNode(found) : null;
}
async function look_ahead(after = main.dataset.paper) {
  const before = outbox(); // may not have been kept yet when the question was answered, and be kept now
  try {
    const answer = await fetch(`/next?window=${window_id}&after=${after}`);
    if (!answer.ok) return;
    const saved = new Set([...before, ...outbox()].map(({ body }) => body.paper));
    queue = (await answer.json()).papers.filter((paper) => !saved.has(paper));
  } catch {
    return; // saving says that nobody answers
  }
  for (const paper of queue.slice(0, 2).filter((next) => !ahead.has(next))) {
    const coming = fetched(paper).then((found) => {
      const first = found && found.querySelector("image");
      if (first) new Image().src = first.getAttribute("href");
      return found;
    });
    coming.catch(() => ahead.delete(paper));
    ahead.set(paper, coming);
  }
  for (const paper of ahead.keys()) if (!queue.includes(paper)) ahead.delete(paper);
}
async function open_next() {
  if (!queue.length) await look_ahead();
  while (!queue.length && outbox().length && !stranger) await new Promise((go) => setTimeout(go, 50));
  if (!queue.length) await look_ahead(""); // what was saved may have come back with new doubts
  if (queue.length) return open_paper(queue[0], true);
  return stranger ? null : location.assign("/finished");
}
async function open_paper(paper, push) {
  let found;
  try {
    found = (push && (await ahead.get(paper))) || (await fetched(paper));
  } catch {
    return alarm(text_of("unreached"));
  }
  ahead.delete(paper);
  if (!found) return location.assign(`/paper/${paper}`);
  if (push) history.pushState(null, "", `/paper/${paper}`);
  return show(found);
}
async function lease(anew) {
  if (!anew && Date.now() - leased < RENEW) return;
  leased = Date.now();
  try {
    const { own, clerk } = await (await post("/lease", { paper: main.dataset.paper, window: window_id })).json();
    if (own === false) alarm(text_of("held", { clerk }));
  } catch {
    return; // a lease is a comfort
  }
  if (anew) look_ahead();
}

// -------- keys

const ANYWHERE = {
  F8: () => finish("rescan"),
  F9: () => finish("later"),
  F1: () => $("keys").showModal(),
  ArrowUp: () => way.step(-1),
  ArrowDown: () => way.step(1),
  PageUp: () => show_page(page - 1, way.current),
  PageDown: () => show_page(page + 1, way.current),
};
const WITH_CONTROL = { Enter: () => finish("done"), ArrowUp: () => zoom_by(1), ArrowDown: () => zoom_by(-1) };

function pressed(event) {
  if (!MODIFIERS.includes(event.key)) way.keys += 1;
  lease(false);
  if (event.isComposing || event.keyCode === 229 || event.altKey || event.metaKey || $("keys").open) return;
  act_on(event, way.action(event, ANYWHERE, WITH_CONTROL));
}

addEventListener("keydown", pressed);
addEventListener("popstate", () => open_paper(location.pathname.split("/").pop(), false));
addEventListener("beforeunload", (event) => unsaved() && event.preventDefault());
show(document.querySelector("main"));
if (outbox().length) send();
