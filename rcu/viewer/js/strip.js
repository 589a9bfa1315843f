// The strip: the receipt as its page shows it.

import { bars, HEIGHT } from "./bars.js";
import { bdi, h, svg } from "./dom.js";
import { clean, money, percent, quantity, siret } from "./format.js";
import { filled } from "./words.js";

export function strip(found, t, lang) {
  const { receipt } = found;
  const cash = (minor) => money(minor, clean(receipt.currency), lang);
  return h("div", { class: "drop" }, codes(receipt, t), h("article", { class: "strip", "aria-label": kindName(receipt, t) },
    copy(receipt, t),
    lines(found, t, lang, cash),
    sums(receipt, t, cash),
    paper(found, t),
    vat(receipt, t, lang, cash),
    payments(receipt, t, cash),
    h("div", { class: "twins" }, about(receipt, t), shop(receipt.merchant, t)),
    law(receipt.fiscal, t),
    receipt.mentions?.includes("guarantee") ? section(null, h("p", { class: "hint" }, t.guarantee)) : null,
  ));
}

export const kindName = (receipt, t) => t[`kind_${receipt.kind}`] ?? t.kind_document;

const section = (title, ...inside) => h("section", { class: "rule" }, title ? h("h2", {}, title) : null, ...inside);

const pair = (label, value, kind = "") => h("div", { class: `line ${kind}` }, h("dt", {}, label), h("dd", { class: "num" }, value));

function copy(receipt, t) {
  if (!receipt.copy_mark) return null;
  const { number } = receipt.copy_mark;
  return h("p", { class: "copy" }, number ? filled(t.copy_number, { n: number }) : t.kind_duplicate);
}

function lines(found, t, lang, cash) {
  const { receipt, left } = found;
  if (!receipt.items) return left && !receipt.lines ? more(left.lines, found, t) : null;
  const rows = receipt.items.map((item) => {
    const { kind = "item", label, amount } = item;
    const below = detail(item, lang, cash);
    return h("tr", { class: kind },
      h("th", { scope: "row" }, bdi(clean(label).trim() || (t[`line_${kind}`] ?? t.item)), below ? h("small", { class: "num" }, bdi(below)) : null),
      h("td", { class: "num" }, cash(amount)));
  });
  return h("section", {}, h("h2", { class: "unseen" }, t.items),
    h("table", { class: "items" },
      h("thead", { class: "unseen" }, h("tr", {}, h("th", { scope: "col" }, t.item), h("th", { scope: "col" }, t.amount))),
      h("tbody", {}, rows)),
    left ? more(left.lines - left.at, found, t) : null);
}

function more(count, found, t) {
  return h("div", { class: "more" }, h("p", {}, h("strong", {}, filled(t.left, { n: count })), " ", t.left_why),
    found.original ? h("a", { href: found.original, rel: "noreferrer" }, t.original) : null);
}

function detail(item, lang, cash) {
  if (!item.quantity || Number(item.quantity) === 1) return "";
  const unit = item.unit ? clean(item.unit) : "";
  if (!unit && item.unit_price === undefined) return `×\u00a0${quantity(item.quantity, lang)}`;
  const count = quantity(item.quantity, lang) + (unit ? `\u00a0${unit}` : "");
  if (item.unit_price === undefined) return count;
  return `${count}\u00a0× ${cash(item.unit_price)}${unit ? `/${unit}` : ""}`;
}

function sums(receipt, t, cash) {
  const { subtotal, rounding, total, item_count: count } = receipt;
  if (total === undefined && receipt.lines) return null;
  const articles = count === undefined ? null : filled(count === 1 ? t.count_one : t.count_many, { n: count });
  return h("section", { class: receipt.items ? "rule" : "" }, h("h2", { class: "unseen" }, t.total), h("dl", {},
    subtotal === undefined ? null : pair(t.subtotal, cash(subtotal)),
    rounding ? pair(t.rounding, cash(rounding)) : null,
    h("div", { class: "line total" },
      h("dt", {}, t.total, articles ? h("small", {}, articles) : null),
      total === undefined ? h("dd", { class: "unread" }, t.total_unread) : h("dd", { class: "num" }, cash(total)))));
}

function paper({ receipt, left }, t) {
  if (!receipt.lines) return null;
  const text = receipt.lines.map(clean);
  if (left) text.splice(left.at, 0, filled(t.left, { n: left.lines }));
  const width = Math.max(24, ...text.map((line) => [...line].length));
  const size = [32, 42, 48].find((each) => width <= each) ?? 64;
  const why = receipt.total === undefined ? t.printed_only : t.printed_why;
  return section(t.printed, h("p", { class: "hint" }, why),
    h("pre", { class: `w${size}`, tabindex: 0, role: "region", "aria-label": t.printed, dir: "ltr" }, text.join("\n")));
}

function vat(receipt, t, lang, cash) {
  const rows = receipt.vat;
  if (!rows) return null;
  const columns = [["net", t.net], ["vat", t.vat], ["gross", t.gross]].filter(([name]) => rows.some((row) => row[name] !== undefined));
  return section(t.vat, h("table", { class: "vat" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t.rate), columns.map(([, name]) => h("th", { scope: "col", class: "num" }, name)))),
    h("tbody", {}, rows.map((row) => h("tr", {},
      h("th", { scope: "row" }, bdi(rate(row, lang))),
      columns.map(([name]) => h("td", { class: "num" }, row[name] === undefined ? "" : cash(row[name]))))))));
}

function rate(row, lang) {
  const told = row.rate === undefined ? "" : percent(row.rate, lang);
  const code = clean(row.code ?? "");
  return told && code ? `${told} (${code})` : told || code;
}

function payments(receipt, t, cash) {
  if (!receipt.payments) return null;
  return section(t.payment, h("dl", {},
    receipt.payments.map((paid) => pair(bdi(clean(paid.label).trim() || t.payment), cash(paid.amount))),
    receipt.change ? pair(t.change, cash(receipt.change)) : null));
}

function facts(pairs) {
  const said = pairs.filter(([, value]) => value);
  if (!said.length) return null;
  return h("dl", { class: "facts" }, said.map(([name, value]) => h("div", { class: "line" }, h("dt", {}, name), h("dd", {}, bdi(clean(value))))));
}

function about(receipt, t) {
  const links = receipt.links ?? {};
  const told = facts([
    [t.number, receipt.number], [t.annuls, links.annuls], [t.annulled_by, links.annulled_by], [t.modifies, links.modifies],
    [t.returns_of, links.returns_of], [t.store, receipt.store], [t.till, receipt.till], [t.operator, receipt.operator],
  ]);
  return told ? section(t.about, told) : null;
}

function shop(merchant, t) {
  if (!merchant) return null;
  const address = (merchant.address ?? []).map((line) => h("span", {}, bdi(clean(line))));
  return section(t.shop, h("address", {}, merchant.name ? h("b", {}, bdi(clean(merchant.name))) : null, address),
    facts([[t.phone, merchant.phone], [t.siret, siret(merchant.siret ?? "")], [t.vat_id, merchant.vat_id]]));
}

function law(fiscal, t) {
  if (!fiscal) return null;
  const software = [fiscal.software, fiscal.software_version].filter(Boolean).join(" ");
  const told = facts([
    [t.fiscal_number, fiscal.number], [t.device, fiscal.device], [t.signature, fiscal.signature],
    [t.certificate, fiscal.certificate], [t.software, software],
  ]);
  return told ? section(t.law, told) : null;
}

function codes(receipt, t) {
  if (!receipt.codes) return null;
  // First: a shop's scanner reads its own code, and not ours.
  return h("section", { class: "return", "aria-label": t.codes }, h("h2", {}, t.codes), receipt.codes.map((code) => {
    const [system, text] = [clean(code.system), clean(code.text)];
    const drawn = bars(code.system, code.text);
    const label = filled(t.code, { system, text });
    return h("figure", {},
      drawn ? svg("svg", { class: "bars", role: "img", "aria-label": label, viewBox: `0 0 ${drawn.width} ${HEIGHT}`, preserveAspectRatio: "none", "shape-rendering": "crispEdges" }, svg("path", { d: drawn.path })) : null,
      h("figcaption", { class: "num" }, bdi(text)));
  }), h("p", { class: "hint" }, t.codes_hint));
}
