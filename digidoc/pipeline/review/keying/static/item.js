// One thing that a clerk settles: what is keyed, what is taken of it, and why something is refused. It knows neither
// where the paper comes from nor where the answer goes to; the page that it stands on (`desk`) has for it:
// today(), an ISO date; focused(item); and touched(), when something was keyed. Words stand in the element `words`.
"use strict";

const FIELD_MOST = 1000;
const WORD_MOST = 200;
const spoken = document.getElementById("words").dataset;
const $ = (id) => document.getElementById(id);
const tidy = (text) => text.normalize("NFC").replace(/\s+/g, " ").trim();
const shown_day = (iso) => (/^\d{4}-\d\d-\d\d$/.test(iso) ? iso.split("-").reverse().join("/") : iso);

function text_of(key, places = {}) {
  const camel = key.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
  return (spoken[camel] || "").replace(/\{(\w+)\}/g, (_, name) => places[name] ?? "");
}
function hex(bytes) {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (b) => b.toString(16).padStart(2, "0")).join("");
}
// A day as people key it: 22, 2211, 22112024, 22/11, 22/11/2024, 2024-11-22; month and year, where they are not keyed,
// are those of the print. Empty when it is none.
function iso_day(text, months) {
  const [year, month] = months ? months.split("-") : ["", ""];
  let found = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (found) return made_day(found[1], found[2], found[3]);
  found = /^(\d{1,2})[/.\- ](\d{1,2})(?:[/.\- ](\d{4}|\d{2}))?$/.exec(text);
  if (found) return made_day(found[3]?.padStart(4, "20") || year, found[2], found[1]);
  found = /^(\d\d?)$/.exec(text) || /^(\d\d)(\d\d)(\d{4})?$/.exec(text);
  return found ? made_day(found[3] || year, found[2] || month, found[1]) : "";
}
function made_day(year, month, day) {
  const iso = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const at = new Date(`${iso}T00:00:00Z`);
  const real = !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === iso;
  return real && Number(year) > 1900 ? iso : "";
}

class Item {
  // asked: whether it has to be settled; otherwise it may be changed.
  constructor(element, desk, asked) {
    this.element = element;
    this.desk = desk;
    this.asked = asked;
    this.data = element.dataset;
    this.input = element.querySelector("input");
    this.mark = element.querySelector(".mark");
    this.said = element.querySelector(".say");
    this.is_date = this.data.name === "IssuedDate";
    this.blind = Boolean(this.data.blind);
    this.missing = this.data.kind === "field" && this.data.place === undefined;
    this.untouched = this.blind ? "" : this.data.shown;
    this.answer = null; // {value, how}: what the clerk decided
    this.first = null; // keyed blind, and other than what was read
    this.again = false; // it is keyed for the second time, with both in sight
    this.input.disabled = false;
    this.input.addEventListener("focus", () => desk.focused(this));
    this.input.addEventListener("input", () => {
      if (this.answer) this.decide(null);
      this.say("");
      desk.touched();
    });
  }
  show(value) {
    return this.is_date && value ? shown_day(value) : value;
  }
  say(message, wrong = message !== "") {
    this.said.textContent = message;
    this.element.classList.toggle("refused", wrong);
    this.input.setAttribute("aria-invalid", String(wrong));
  }
  refuse(message) {
    this.say(message);
    this.input.focus();
    this.input.select();
    return false;
  }
  decide(answer) {
    this.answer = answer;
    this.element.classList.toggle("settled", answer !== null);
    const how = answer && { blank: "blank", unreadable: "unreadable", removed: "removed" }[answer.how];
    this.mark.textContent = answer ? `✓ ${text_of(how || "settled")}` : "";
    if (answer) {
      this.say("");
      this.input.value = this.show(answer.value);
    }
    this.desk.touched();
    return true;
  }
  // Why what was keyed is refused; empty when it is not.
  objection(text, value) {
    const most = this.data.kind === "word" ? WORD_MOST : FIELD_MOST;
    if (/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u.test(text)) return text_of("odd-characters");
    if (text.length > most) return text_of("too-long", { most });
    if (!this.is_date || !text) return "";
    return value > this.desk.today() ? text_of("future") : value ? "" : text_of("no-date");
  }
  in_register(value) {
    const plain = (text) => text.toLowerCase().replace(/^0+/, "");
    return Boolean(this.data.register) && plain(value) === plain(this.data.register);
  }
  // Take what stands in the input; false when it is refused.
  settle() {
    if (this.answer) return true;
    const { was, kind, months } = this.data;
    const text = tidy(this.input.value);
    const value = this.is_date && text ? iso_day(text, months) : text;
    const wrong = this.objection(text, value);
    if (wrong) return this.refuse(wrong);
    const free = this.missing || kind === "line";
    if (!value) return free || (!was && !this.asked) ? this.decide(null) : this.refuse(text_of("needed"));
    if (free) return this.decide({ value, how: "added" });
    if (this.blind) return this.settle_blind(value, was);
    if (value === was) return this.decide(this.asked ? { value, how: "confirmed" } : null);
    return this.decide({ value, how: this.in_register(value) ? "register" : "typed" });
  }
  settle_blind(value, was) {
    if (value === was) return this.decide({ value, how: "twice" });
    if (this.in_register(value)) return this.decide({ value, how: "register" });
    const alone = !was && !this.data.register;
    if (alone || (this.again && value === this.first)) return this.decide({ value, how: "typed" });
    this.first = value;
    this.input.value = "";
    if (this.again) {
      this.show_both();
      this.said.textContent += ` ${text_of("differs-twice")}`;
      return false;
    }
    this.mark.textContent = text_of("differs");
    this.desk.touched();
    return true;
  }
  show_both() {
    this.again = true;
    const parts = [
      [text_of("reading"), this.show(this.data.was)],
      [text_of("register"), this.show(this.data.register || "")],
      [text_of("typed"), this.show(this.first)],
    ];
    this.say(parts.filter(([, value]) => value).map(([name, value]) => `${name}: ${value}`).join(" · "), false);
  }
  reset() {
    this.first = null;
    this.again = false;
    this.say("");
    this.input.value = this.untouched;
    this.decide(null);
    this.input.select();
  }
  empty(how) {
    const listed = this.data.name === "ToPlaces.Place" || this.data.kind === "word";
    if (this.missing || this.data.kind === "line") return true;
    return this.decide({ value: "", how: how === "blank" && listed ? "removed" : how });
  }
  changed() {
    return this.answer !== null || this.first !== null || this.input.value !== this.untouched;
  }
  // What was keyed, to be put back by `restore`.
  kept() {
    return { value: this.input.value, answer: this.answer, first: this.first };
  }
  restore({ value, answer, first }) {
    this.input.value = value;
    this.first = first;
    if (answer) this.decide(answer);
    else if (first !== null) this.mark.textContent = text_of("differs");
  }
}

// What was settled, as `digidoc.correction/1` has it: fields, words and lines.
function settled(items) {
  const found = { fields: [], words: [], lines: [] };
  for (const { data, answer } of items) {
    if (!answer) continue;
    const box = data.box ? data.box.split(" ").map(Number) : null;
    const at = { page: Number(data.page) };
    const place = data.place === undefined ? null : Number(data.place);
    if (data.kind === "line") found.lines.push({ ...at, box, text: answer.value });
    else if (data.kind === "field") found.fields.push({ place, name: data.name, was: data.was, ...answer, ...at, box });
    else if (answer.value !== data.was)
      found.words.push({ ...at, line: place, word: Number(data.word), was: data.was, value: answer.value });
  }
  return found;
}
