// The page around the strip: who has written it, what it is, what may be done with it.

import { bdi, h, icon } from "./dom.js";
import { clean, day, moment, money } from "./format.js";
import { kindName, strip } from "./strip.js";
import { filled, LANGUAGES } from "./words.js";

const GRAVE = ["training", "provisional", "card_refused", "annulled", "degraded"];
const PROBLEMS = { algorithm: "version", too_large: "body" };

export function receiptPage(found, t, lang, does) {
  const { receipt } = found;
  const currency = clean(receipt.currency);
  const shop = clean(receipt.merchant?.name ?? "").trim() || kindName(receipt, t);
  const total = receipt.total === undefined ? "" : money(receipt.total, currency, lang);
  const when = moment(receipt, lang);
  document.title = `${t.title} — ${[shop, total, when].filter(Boolean).join(", ")}`;
  return [
    h("a", { class: "unseen skip", href: "#strip", onclick: does.skip }, t.skip),
    h("header", {},
      bar(kindName(receipt, t), t, lang, does),
      h("div", { class: "head" },
        h("h1", {}, bdi(shop)),
        total ? h("p", { class: "sum num" }, total) : null,
        when ? h("p", { class: "when" }, h("time", { datetime: [receipt.date, receipt.time].filter(Boolean).join("T") }, when)) : null)),
    h("main", { id: "strip", tabindex: -1 },
      seal(found, t, lang),
      (receipt.mentions ?? []).filter((each) => GRAVE.includes(each)).map((each) => h("p", { class: "note" }, t[each])),
      strip(found, t, lang),
      h("section", { class: "card keepcard" },
        h("h2", {}, t.keep), h("p", {}, t.keep_why), found.original ? h("p", { class: "hint" }, t.online) : null,
        h("div", { class: "keep" },
          h("button", { type: "button", class: "first", onclick: does.print }, t.print),
          h("button", { type: "button", onclick: does.text }, t.as_text),
          h("button", { type: "button", onclick: does.data }, t.as_data),
          does.ekabs ? h("button", { type: "button", onclick: does.ekabs }, t.as_ekabs) : null),
        found.original && !found.left ? h("a", { class: "original", href: found.original, rel: "noreferrer" }, t.add_original) : null)),
    h("footer", { class: "foot" }, h("p", {}, t.private), found.issued ? h("p", {}, filled(t.list_of, { day: day(found.issued, lang) })) : null),
  ];
}

export function calmPage(problem, t, lang, does) {
  const name = PROBLEMS[problem] ?? problem;
  document.title = t[`problem_${name}`];
  return [
    h("header", {}, bar(t.title, t, lang, does)),
    h("main", { class: problem === "changed" ? "calm bad" : "calm", id: "strip", tabindex: -1 },
      icon(problem === "changed" ? "warn" : "receipt", 48),
      h("h1", {}, t[`problem_${name}`]), h("p", {}, t[`why_${name}`])),
  ];
}

function bar(name, t, lang, does) {
  const choice = h("select", { onchange: does.speak }, Object.entries(LANGUAGES).map(([code, said]) => h("option", { value: code, lang: code, selected: code === lang }, said)));
  return h("div", { class: "bar" }, h("span", {}, name), h("label", {}, h("span", { class: "unseen" }, t.language), choice));
}

function seal(found, t, lang) {
  const good = found.trust === "verified";
  const who = clean(found.retailer || t.this_shop);
  const when = found.key?.revoked ? day(found.key.revoked, lang) : "";
  return h("div", { class: `seal ${good ? "good" : "bad"}`, "data-trust": found.trust, role: "status" },
    icon(good ? "good" : "warn"),
    h("p", {}, h("strong", {}, t[found.trust]), bdi(filled(t[`${found.trust}_why`], { who, day: when }))));
}
