// A body as a receipt/1 object, with what it says and nothing else: agent/qr/body.py.

import { items } from "./columns.js";
import { LEVELS, TABLES } from "./tables.js";

const EPOCH = Date.UTC(2025, 0, 1);
const DAY_MS = 86400000;
const MAX_WIDTH = 400;
const MONEY = { total: 5, subtotal: 27, discount_total: 28, rounding: 29, change: 10 };
const WHERE = ["store", "till", "number", "operator"];
const LINKS = ["annuls", "annulled_by", "modifies", "returns_of"];
const SHOP = ["name", "siret", "vat_id", "phone", "naf", "rcs", "country"];
const LAW = ["number", "signature", "software", "software_version", "certificate", "device", "code"];

export function read(body) {
  if (!(body instanceof Map)) throw new Error("no map");
  const rows = by(body.get(6) ?? [], 5).map(vat);
  const rates = rows.map(({ rate = null, code = null }) => ({ vat_code: code, vat_rate: rate }));
  for (const [code, rate] of by(body.get(36) ?? [], 2)) rates.push({ vat_code: code, vat_rate: rate });
  const sums = Object.fromEntries(Object.entries(MONEY).map(([name, key]) => [name, whole(body.get(key))]));
  const counts = parts(body.get(18) ?? [], 2);
  const receipt = kept({
    schema_version: "receipt/1",
    kind: entry(TABLES.kinds, body.get(0) ?? 0),
    copy_mark: body.has(24) ? kept({ number: whole(body.get(24)) || undefined }) : undefined,
    merchant: body.has(20) ? merchant(body.get(20)) : undefined,
    ...named(WHERE, body.get(2) ?? []),
    ...clock(body),
    currency: text(body.get(22) ?? "EUR"),
    items: items(body, rates),
    ...sums,
    vat: rows,
    payments: by(body.get(7) ?? [], 3).map((told) => payment(told, sums.total)),
    item_count: whole(counts[0]),
    line_count: whole(counts[1]),
    fiscal: body.has(9) ? law(body.get(9)) : undefined,
    links: kept(named(LINKS, body.get(26) ?? [])),
    codes: by(body.get(25) ?? [], 2).map(([system, said]) => ({ system: text(system) ?? "", text: text(said) ?? "", role: "receipt" })),
    mentions: [...bytes(body.get(23))].map((at) => entry(TABLES.mentions, at)),
    lines: body.has(12) ? unpacked(...parts(body.get(12), 2)) : [],
    verdict: { level: entry(LEVELS, body.get(21) ?? 2) },
  });
  return { receipt, left: body.has(35) ? missing(body.get(35)) : null, token: token(body.get(19)) };
}

// Without what is absent or empty.
export function kept(fields) {
  const full = (value) =>
    value !== undefined && value !== null && !(Array.isArray(value) && !value.length)
    && !(value.constructor === Object && !Object.keys(value).length);
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => full(value) || name === "copy_mark" && value));
}

function entry(table, at) {
  const found = Number.isInteger(at) ? table[at] : undefined;
  if (found === undefined) throw new Error("no such entry");
  return found;
}

function whole(value) {
  if (value === undefined || value === null) return undefined;
  if (!Number.isInteger(value)) throw new Error("no number");
  return value;
}

function text(value) {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new Error("no text");
  return value;
}

function by(flat, size) {
  if (!Array.isArray(flat) || flat.length % size) throw new Error("a row is cut off");
  return Array.from({ length: flat.length / size }, (_, at) => flat.slice(size * at, size * at + size));
}

function parts(values, most) {
  if (!Array.isArray(values) || values.length > most) throw new Error("no parts, or too many");
  return values;
}

function named(names, values) {
  const told = parts(values, names.length);
  return Object.fromEntries(names.map((name, at) => [name, text(told[at])]));
}

function missing(told) {
  const [at, lines] = parts(told, 2).map(whole);
  if (told.length !== 2 || at < 0 || lines < 0) throw new Error("no gap");
  return { at, lines };
}

function bytes(raw = new Uint8Array()) {
  if (!(raw instanceof Uint8Array)) throw new Error("no bytes");
  return raw;
}

function token(raw) {
  if (raw === undefined) return null;
  if (!(raw instanceof Uint8Array) || raw.length !== 16) throw new Error("no token");
  return raw;
}

function clock(body) {
  const iso = (ms) => {
    const told = new Date(EPOCH + ms).toISOString();
    if (!/^\d{4}-/.test(told) || told < "0001") throw new Error("no such day");
    return told;
  };
  const at = whole(body.get(1));
  if (at !== undefined) return { date: iso(at * 1000).slice(0, 10), time: iso(at * 1000).slice(11, 19) };
  const days = whole(body.get(30));
  const seconds = whole(body.get(31));
  return {
    date: days === undefined ? undefined : iso(days * DAY_MS).slice(0, 10),
    time: seconds === undefined ? undefined : iso(seconds * 1000).slice(11, 19),
  };
}

function vat([rate, code, net, tax, gross]) {
  const row = { rate: whole(rate), code: text(code), net: whole(net) };
  row.vat = tax === true ? taxed(row.net, row.rate) : whole(tax);
  row.gross = gross === true ? whole(row.net + row.vat) : whole(gross);
  return kept(row);
}

// Halves away from zero, as tills do.
function taxed(net, rate) {
  if (net === undefined || rate === undefined) throw new Error("VAT of nothing");
  const product = BigInt(net) * BigInt(rate);
  const size = (2n * (product < 0n ? -product : product) + 10000n) / 20000n;
  return Number(product < 0n ? -size : size);
}

function payment([kind, label, amount], total) {
  const paid = amount === true ? total : whole(amount);
  if (paid === undefined) throw new Error("a payment of no total");
  if (typeof label !== "string") throw new Error("a payment without words");
  return { kind: entry(TABLES.payments, kind), label, amount: paid };
}

function merchant(said) {
  const [address, ...told] = parts(said, 1 + SHOP.length);
  const shop = kept({ address: (address ?? []).map(text).filter(Boolean), ...named(SHOP, told) });
  if (shop.country !== undefined && !/^[A-Z]{2}$/.test(shop.country)) throw new Error("no country");
  return shop;
}

function law(said) {
  const [regime, ...told] = parts(said, 1 + LAW.length);
  const known = regime === null || regime === undefined ? undefined : entry(TABLES.regimes, regime);
  return kept({ regime: known, ...named(LAW, told) });
}

function unpacked(width, packed) {
  if (!(Number.isInteger(width) && width >= 0 && width <= MAX_WIDTH)) throw new Error("no such paper");
  return packed.split("\n").map((line) => laid(line, width));
}

function laid(line, width) {
  const size = (words) => [...words].length;
  if (line.startsWith("\x03")) return ([...line][1] ?? "").repeat(width);
  if (line.startsWith("\x02")) {
    const words = line.slice(1);
    return " ".repeat(Math.max(0, Math.floor((width - size(words)) / 2))) + words;
  }
  const cut = line.indexOf("\t");
  if (cut < 0) return line;
  const [left, right] = [line.slice(0, cut), line.slice(cut + 1)];
  return left + " ".repeat(Math.max(0, width - size(left) - size(right))) + right;
}
