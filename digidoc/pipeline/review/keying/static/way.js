// All that may be keyed of one paper, and the way through it with the keyboard alone.
"use strict";

const REPEATED = ["ArrowUp", "ArrowDown", "PageUp", "PageDown"];
const MODIFIERS = ["Shift", "Control", "Alt", "AltGraph", "Meta"];

class Way {
  current = null; // the item with the focus
  started = Date.now();
  keys = 0;
  in_input = {
    Enter: () => this.current.settle() && this.go_on(this.current),
    F2: () => this.current.empty("unreadable") && this.go_on(this.current),
    F4: () => this.current.empty("blank") && this.go_on(this.current),
    Escape: () => this.current.reset(),
  };

  // Of elements: what is to be settled, what else may be changed or added, and the button that comes after them.
  constructor(asked, more, done, desk) {
    this.items = [...asked].map((element) => new Item(element, desk, true));
    this.extra = [...more].map((element) => new Item(element, desk, false));
    this.done = done;
  }
  all() {
    return this.items.concat(this.extra);
  }
  // As when the paper has just been opened.
  anew() {
    this.current = null;
    this.started = Date.now();
    this.keys = 0;
  }
  begin() {
    this.go_to(this.items.find((item) => !item.answer && item.first === null) || this.items.find((item) => !item.answer));
  }
  go_to(item) {
    if (item) item.input.focus();
    else this.done.focus();
  }
  go_on(item) {
    const open = (other) => !other.answer && other.first === null;
    const after = this.items.slice(this.items.indexOf(item) + 1);
    if (!item.asked) this.step(1);
    else this.go_to(after.find(open) || this.items.find(open) || this.items.find((other) => !other.answer));
  }
  step(by) {
    const aside = this.current !== null && !this.current.asked;
    const list = aside ? this.extra.filter((item) => item.element.closest("details").open) : this.items;
    const at = document.activeElement === this.done ? list.length : list.indexOf(this.current);
    this.go_to(list[Math.max(0, at + by)]);
  }
  focused(item) {
    this.current = item;
    for (const other of this.all()) other.element.classList.toggle("current", other === item);
    item.input.select();
    item.element.scrollIntoView({ block: "nearest" });
    if (item.first !== null && !item.answer && !item.again) item.show_both();
    const value = item.blind && !item.answer ? "" : item.input.value;
    $("where").textContent = text_of("asked", { label: item.data.label, value });
  }
  // How many are still to be settled.
  left() {
    return this.items.filter((item) => !item.answer).length;
  }
  // Whether the paper may be called done; otherwise what is still open has the focus.
  all_settled() {
    const alone = this.items.every((item) => item.answer || item === this.current);
    if (this.current && (alone || this.current.changed()) && !this.current.settle()) return false;
    if (!this.left()) return true;
    $("foot").textContent = text_of("open-items");
    this.go_on(this.items[this.items.length - 1]);
    return false;
  }
  // What was keyed, to be put back by `restore`; null when nothing was.
  kept() {
    const { keys, started } = this;
    const found = {};
    for (const item of this.all().filter((one) => one.changed())) found[item.element.id] = item.kept();
    return Object.keys(found).length ? { found, keys, started } : null;
  }
  restore({ found, keys }) {
    const by_id = new Map(this.all().map((item) => [item.element.id, item]));
    for (const [id, input] of Object.entries(found)) by_id.get(id)?.restore(input);
    this.keys = keys;
  }
  // `digidoc.correction/1`; paper, version and text stand in the data of the element that the paper is shown in.
  correction({ paper, version, text }, verdict) {
    return {
      format: "digidoc.correction/1", id: hex(16), paper, made_at: new Date().toISOString(),
      base: { version, text_sha256: text }, verdict,
      seconds: Math.round((Date.now() - this.started) / 100) / 10, keys: this.keys, ...settled(this.all()), note: "",
    };
  }
  // What a key does here: in an input, or else what the page does everywhere, or with the control key.
  action({ key, ctrlKey, shiftKey }, anywhere, with_control) {
    if (ctrlKey) return with_control[key];
    if (shiftKey) return key === "Enter" ? () => this.step(-1) : undefined;
    const typing = this.current && document.activeElement === this.current.input;
    return (typing && this.in_input[key]) || anywhere[key];
  }
}

// Do what a key does; one that is held down is heard once, but where it moves.
function act_on(event, act) {
  const held = event.repeat && !REPEATED.includes(event.key);
  if (act || (held && event.key === "Enter")) event.preventDefault();
  if (act && !held) act();
}
