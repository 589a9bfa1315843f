// Mails and SMS that reached nobody: one line on top of the list says how many.  Open, each
// can be sent again to where it was to go, typed anew once nobody knows where, or printed.

import { SIGNS, icon } from "/static/icons.js";

const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });

export class Letters {
  rows = [];
  open = false;

  toggle() {
    this.open = !this.open;
  }

  // The lines of the list; none while there is nothing to send again.
  items(said, lang) {
    if (!this.rows.length) return [];
    const head = make("li", "letters", "");
    const toggle = button("letters-toggle", "", "all", "letters");
    toggle.setAttribute("aria-expanded", this.open);
    toggle.append(icon("alert"), make("span", "", said.toResend(this.rows.length)), make("kbd", "", "R"));
    head.append(toggle);
    return [head, ...(this.open ? this.rows : []).map((row) => letter(row, said, lang))];
  }
}

function letter(row, said, lang) {
  const item = make("li", "letter", "");
  const what = make("p", "what", "");
  const day = new Date(`${row.day}T12:00`).toLocaleDateString(lang, { day: "numeric", month: "short" });
  what.append(icon(SIGNS[row.channel]), make("span", "word", [row.contact || said.forgotten, `${day} ${row.at}`].join(" · ")));
  const again = row.contact
    ? button("small", said.sendAgain, row.id, "letter-replay", row.channel)
    : button("small", said.typeAnew[row.channel], row.id, "letter-type", row.channel);
  const print = button("small", said.first, row.id, "letter-print", row.channel);
  for (const each of [again, print]) each.setAttribute("aria-label", `${each.textContent}\u00a0: ${row.contact || said.forgotten}, ${day} ${row.at}`);
  item.append(what, make("p", "", row.says[lang]), again, print);
  return item;
}

function button(className, text, receipt, deed, channel = "") {
  const made = make("button", className, text);
  made.type = "button";
  Object.assign(made.dataset, { receipt, deed, channel });
  return made;
}
