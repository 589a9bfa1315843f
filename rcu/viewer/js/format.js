// Money, dates and numbers as people write them, by what the browser knows (CLDR).

import { TABLES } from "./tables.js";

const LOCALES = { fr: "fr-FR", en: "en-GB", es: "es-ES", de: "de-DE", ar: "ar-u-nu-latn" };
const MINUS = "\u2212";
const TURNING = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

// Text of a stranger: no control characters, nothing that turns the reading direction.
export const clean = (text) => text.replace(TURNING, " ");

export const exponent = (currency) => TABLES.exponents[currency] ?? 2;

export function money(minor, currency, lang) {
  const places = exponent(currency);
  const options = { minimumFractionDigits: places, maximumFractionDigits: places };
  if (/^[A-Z]{3}$/.test(currency)) Object.assign(options, { style: "currency", currency });
  const written = new Intl.NumberFormat(LOCALES[lang], options).format(minor / 10 ** places);
  return written.replace("-", MINUS);
}

export function percent(basis, lang) {
  const options = { style: "percent", maximumFractionDigits: 2 };
  return new Intl.NumberFormat(LOCALES[lang], options).format(basis / 10000);
}

export function quantity(text, lang) {
  const places = text.split(".")[1]?.length ?? 0;
  const options = { minimumFractionDigits: places, maximumFractionDigits: places };
  return new Intl.NumberFormat(LOCALES[lang], options).format(Number(text)).replace("-", MINUS);
}

// The clock on the shop's wall, which has no zone.
export function moment({ date, time }, lang) {
  if (!date) return "";
  const style = { dateStyle: "full", timeZone: "UTC", ...(time ? { timeStyle: "short" } : {}) };
  return new Intl.DateTimeFormat(LOCALES[lang], style).format(new Date(`${date}T${time ?? "12:00:00"}Z`));
}

export function day(iso, lang) {
  const style = { dateStyle: "long", timeZone: "UTC" };
  return new Intl.DateTimeFormat(LOCALES[lang], style).format(new Date(iso));
}

// SIREN by threes, then the establishment.
export const siret = (text) => (/^[0-9]{14}$/.test(text) ? text.replace(/^(...)(...)(...)/, "$1\u00a0$2\u00a0$3\u00a0") : text);
