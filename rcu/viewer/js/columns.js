// The lines of a receipt from their columns: agent/qr/columns.py, the way back.

import { Stream } from "./bytes.js";
import { TABLES } from "./tables.js";

const MAX_LINES = 500;
const GTIN = [[8, 3], [12, 5], [13, 5], [14, 6]];
const NOTHING = new Uint8Array();

export function items(body, rates) {
  if (!body.has(3)) return [];
  const labels = body.get(3).split("\n");
  if (labels.length > MAX_LINES) throw new Error("too many lines");
  const amounts = new Stream(body.get(4));
  const lines = labels.map((label) => ({ label, amount: amounts.signed() }));
  const numbers = new Stream(body.get(15) ?? NOTHING);
  const units = (body.get(16) ?? "").split("\n");
  spread(body.get(14) ?? ".", lines).forEach((how, at) => measure(how, lines[at], numbers, units));
  spread(body.get(13) ?? "-", lines).forEach((letter, at) => {
    if (letter !== "-") Object.assign(lines[at], filled(rates[letter.charCodeAt(0) - 48]));
  });
  spread(body.get(17) ?? "i", lines).forEach((letter, at) => {
    const kind = TABLES.items[letter.toLowerCase()];
    if (!kind) throw new Error("no such kind");
    if (kind !== "item") lines[at].kind = kind;
    if (letter !== letter.toLowerCase()) lines[at].of = at - 1;
  });
  if (!amounts.done || !numbers.done) throw new Error("a column is too long");
  rest(body, lines);
  if (lines.some((line) => line.of !== undefined && !(line.of >= 0 && line.of < lines.length))) {
    throw new Error("a line belongs to one that is not there");
  }
  return lines;
}

function spread(column, lines) {
  const letters = [...column];
  if (letters.length === 1) return lines.map(() => letters[0]);
  if (letters.length !== lines.length) throw new Error("columns of different lengths");
  return letters;
}

function filled(rate) {
  if (!rate) throw new Error("no such rate");
  return Object.fromEntries(Object.entries(rate).filter(([, value]) => value !== null));
}

function measure(how, line, numbers, units) {
  if (how === ".") return;
  if (how === "1") Object.assign(line, { quantity: "1", unit_price: line.amount });
  else if (how === "a") line.quantity = "1";
  else if (how === "n") {
    const count = numbers.next();
    Object.assign(line, { quantity: String(count), unit_price: each(line.amount, count, 0) });
  } else if (how === "x") inFull(line, numbers, units);
  else throw new Error("no such measure");
}

function inFull(line, numbers, units) {
  const flags = numbers.next();
  let likely = 0;
  if (flags & 1) {
    const [mantissa, exponent] = decimal(numbers);
    line.quantity = written(mantissa, exponent);
    likely = each(line.amount, mantissa, exponent);
  }
  if (flags & 2) {
    line.unit = units[numbers.next()];
    if (line.unit === undefined) throw new Error("no such unit");
  }
  if (flags & 4) line.unit_price = likely + numbers.signed();
  if (flags & 8) line.unit_price_exact = written(...decimal(numbers));
}

function decimal(numbers) {
  const pair = [numbers.signed(), numbers.signed()];
  if (Math.abs(pair[1]) > 12) throw new Error("a quantity out of bounds");
  return pair;
}

function written(mantissa, exponent) {
  if (exponent >= 0) return (BigInt(mantissa) * 10n ** BigInt(exponent)).toString();
  const figures = String(Math.abs(mantissa)).padStart(1 - exponent, "0");
  return `${mantissa < 0 ? "-" : ""}${figures.slice(0, exponent)}.${figures.slice(exponent)}`;
}

// The likely price of one: amount / quantity, halves up; 0 of nothing.
export function each(amount, mantissa, exponent) {
  let above = BigInt(amount) * 10n ** BigInt(Math.max(-exponent, 0));
  let below = BigInt(mantissa) * 10n ** BigInt(Math.max(exponent, 0));
  if (below < 0n) [above, below] = [-above, -below];
  if (below === 0n) return 0;
  const twice = 2n * above + below;
  const whole = twice / (2n * below);
  return Number(twice < 0n && twice % (2n * below) !== 0n ? whole - 1n : whole);
}

function rest(body, lines) {
  const gtins = new Stream(body.get(11) ?? NOTHING);
  for (let at = 0; !gtins.done; ) {
    const head = gtins.next();
    const [figures, size] = GTIN[head % 4];
    at += Math.floor(head / 4);
    const number = gtins.bytes(size).reduce((sum, byte) => sum * 256 + byte, 0);
    const text = String(number).padStart(figures - 1, "0");
    if (text.length !== figures - 1) throw new Error("no article number");
    line(lines, at).gtin = text + check(text);
  }
  const inner = new Stream(body.get(32) ?? NOTHING);
  const labels = (body.get(33) ?? "").split("\n");
  while (!inner.done) {
    const owner = line(lines, inner.next());
    const discount = { amount: inner.signed() };
    const label = labels.shift();
    if (label) discount.label = label;
    (owner.discounts ??= []).push(discount);
  }
  const belongs = new Stream(body.get(34) ?? NOTHING);
  while (!belongs.done) line(lines, belongs.next()).of = belongs.next();
}

function line(lines, at) {
  if (!lines[at]) throw new Error("no such line");
  return lines[at];
}

function check(figures) {
  const sum = [...figures].reverse().reduce((all, digit, at) => all + digit * (at % 2 ? 1 : 3), 0);
  return String((10 - (sum % 10)) % 10);
}
