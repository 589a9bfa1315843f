// The receipt as text of 42 columns, for a file.

import { clean, money, moment, percent, quantity } from "./format.js";
import { kindName } from "./strip.js";

const WIDTH = 42;

export function plain({ receipt, trust, retailer, left }, t, lang) {
  const cash = (minor) => money(minor, clean(receipt.currency), lang);
  const rule = "-".repeat(WIDTH);
  const shop = receipt.merchant ?? {};
  const out = [shop.name, ...(shop.address ?? []), shop.siret ? `${t.siret} ${shop.siret}` : null, shop.vat_id ? `${t.vat_id} ${shop.vat_id}` : null, rule,
    kindName(receipt, t), moment(receipt, lang), receipt.number ? `${t.number} ${receipt.number}` : null,
    receipt.till ? `${t.till} ${receipt.till}` : null, receipt.operator ? `${t.operator} ${receipt.operator}` : null, rule];
  for (const item of receipt.items ?? []) {
    out.push(...ends(clean(item.label), cash(item.amount)));
    if (item.quantity && Number(item.quantity) !== 1) {
      const price = item.unit_price === undefined ? "" : ` × ${cash(item.unit_price)}`;
      out.push(`  ${quantity(item.quantity, lang)}${item.unit ? ` ${clean(item.unit)}` : ""}${price}`);
    }
  }
  if (left && receipt.items) out.push(t.left.replace("{n}", left.lines - left.at));
  if (receipt.lines) out.push(...receipt.lines);
  out.push(rule);
  if (receipt.subtotal !== undefined) out.push(...ends(t.subtotal, cash(receipt.subtotal)));
  if (receipt.total !== undefined) out.push(...ends(t.total, cash(receipt.total)));
  for (const row of receipt.vat ?? []) {
    const rate = row.rate === undefined ? row.code ?? "" : percent(row.rate, lang);
    if (row.vat !== undefined) out.push(...ends(`${t.vat} ${rate}`, cash(row.vat)));
  }
  for (const paid of receipt.payments ?? []) out.push(...ends(clean(paid.label), cash(paid.amount)));
  if (receipt.change) out.push(...ends(t.change, cash(receipt.change)));
  for (const code of receipt.codes ?? []) out.push(rule, `${clean(code.system)} ${clean(code.text)}`);
  if (receipt.mentions?.includes("guarantee")) out.push(rule, t.guarantee);
  out.push(rule, `${t[trust]}${trust === "verified" ? `: ${clean(retailer)}` : ""}`);
  return `${out.filter((line) => line !== null && line !== undefined && line !== "").map(clean).join("\n")}\n`;
}

function ends(left, right) {
  const room = WIDTH - [...left].length - [...right].length;
  return room > 0 ? [left + " ".repeat(room) + right] : [left, " ".repeat(Math.max(0, WIDTH - [...right].length)) + right];
}
