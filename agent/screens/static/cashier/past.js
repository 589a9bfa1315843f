// The last receipts, or those that were searched for: print, send again, today’s figures.

import { Letters } from "/static/cashier/letters.js";
import { SIGNS, icon } from "/static/icons.js";

const $ = (id) => document.getElementById(id);
const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });

export class Past {
  rows = [];          // the last receipts
  found = null;       // what a search found, or nothing searched
  query = "";         // for which it was found
  opened = null;      // the id of the line whose further verbs are shown
  reason = "asked";
  channels = [];      // by which the shop sends
  exits = false;      // a slip opens the barrier here
  letters = new Letters();

  draw(said, lang) {
    const rows = this.found ?? this.rows;
    const held = document.activeElement?.closest?.("#recent") ? document.activeElement.dataset : null;
    $("past-title").textContent = this.found ? said.found(this.found.length) : said.past;
    $("find").placeholder = said.wanted;
    $("find").setAttribute("aria-label", said.search);
    $("recent").replaceChildren(...(this.found ? [] : this.letters.items(said, lang)), ...rows.map((row) => this.line(row, said, lang)));
    if (held?.receipt) $("recent").querySelector(`[data-receipt="${CSS.escape(held.receipt)}"][data-deed="${CSS.escape(held.deed)}"]`)?.focus();
  }

  line(row, said, lang) {
    const item = document.createElement("li");
    item.classList.toggle("scanned", row.scanned);
    const what = make("span", "what", "");
    if (row.choice) what.append(icon(SIGNS[row.choice]));
    const choice = row.choice === null ? said.open : said.choice[row.choice];
    const name = row.kind === "sale" ? choice : row.title[lang];      // a refund is no sale
    what.append(make("span", "word", this.found && row.number ? row.number : name));
    if (row.paper_copies > 1) what.append(make("small", "", said.copies(row.paper_copies)));
    const again = printing(row, said, said);
    const more = button("more", "", row, "more");
    more.append(icon("more"));
    more.setAttribute("aria-label", said.more(row.at, row.total));
    more.setAttribute("aria-expanded", this.opened === row.id);
    item.append(make("span", "at", row.at), what, make("span", "sum", row.total ?? "–"), again, more);
    item.title = [row.title[lang], row.number, row.day].filter(Boolean).join(" · ");
    if (this.opened === row.id) item.append(this.further(row, said, lang));
    item.append(...row.slips.map((slip) => this.slip(slip, said, lang)));
    return item;
  }

  // What was paid with: beneath its sale, or it would look like a second one.
  slip(slip, said, lang) {
    const line = make("div", "slip", "");
    const what = make("span", "what", "");
    what.append(icon("card"), make("span", "word", slip.title[lang]));
    line.append(what, make("span", "sum", slip.total ?? "–"), printing(slip, said, said.slip));
    return line;
  }

  // By which way once more, and why.
  further(row, said, lang) {
    const box = make("div", "further", "");
    const states = row.states.map(({ says, contact }) => (says[lang].includes(contact) ? says[lang] : `${says[lang]} · ${contact}`));
    if (states.length) box.append(make("p", "", states.join(" — ")));
    const label = make("label", "reason", `${said.reason} `);
    const select = document.createElement("select");
    select.append(...Object.entries(said.reasons).map(([value, text]) => new Option(text, value, false, value === this.reason)));
    select.addEventListener("change", () => { this.reason = select.value; });
    label.append(select);
    box.append(label, ...["email", "sms"].filter((way) => this.channels.includes(way)).map((way) => button("small", said.resend[way], row, way)), button("small", said.gift, row, "gift"), ...(this.exits ? [button("small", said.exit, row, "exit")] : []));
    return box;
  }

  toggle(id) {
    this.opened = this.opened === id ? null : id;
    this.reason = "asked";
  }
}

// Nobody has it yet: that print is the original.
function printing(row, said, named) {
  const original = row.mark === "ORIGINAL" || (row.mark === "" && (row.choice === "none" || row.choice === null) && !row.paper_copies);
  const again = button("again", original ? said.first : said.again, row, "reprint");
  again.setAttribute("aria-label", (original ? named.firstFor : named.againFor)(row.at, row.total));
  if (row.mark) again.title = row.mark;
  return again;
}

function button(className, text, row, deed) {
  const made = make("button", className, text);
  made.type = "button";
  made.dataset.receipt = row.id;
  made.dataset.deed = deed;
  return made;
}

// Today: one line, and what else there is; a number under five is nobody’s business.
export function figures(picture, said) {
  const day = picture.figures;
  const words = said.figures;
  const { printed_today: printed, digital_today: digital } = picture;
  const some = printed !== null || digital !== null;
  if (day === null && some) return [said.today(printed ?? said.under, digital ?? said.under), ""];
  if (day === null || day.receipts === null) return [`${words.day}\u00a0: ${words.few}`, ""];
  const inWords = (number) => number.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
  const known = (number, say) => (number === null ? [] : [say(inWords(number))]);
  const line = [
    words.receipts(day.receipts),
    ...day.mix.flatMap((each) => known(each.count, (count) => `${said.choice[each.channel]} ${count}`)),
  ];
  const more = [
    ...known(day.paper_avoided_m, words.avoided),
    ...known(day.captured, words.captured),
    ...known(day.valid, words.valid),
    ...known(day.p50_ms === null ? null : day.p50_ms / 1000, words.time),
    ...known(day.p95_ms === null ? null : day.p95_ms / 1000, words.slow),
    ...day.forced.flatMap((each) => known(each.count, (count) => words.forced(each.rule, count))),
  ];
  return [`${words.day}\u00a0: ${line.join(" · ")}`, more.join(" · ")];
}
