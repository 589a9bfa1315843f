// An address before it leaves the page: is it whole, and is it what was meant.
//
// It asks and never changes a letter by itself.  Who says "send" twice to the
// same address is believed: somebody does live at gmial.com.

const PLAUSIBLE = /^[^\s@]+@[^\s@]+\.[A-Za-z]{2,}$/;
const LONGEST = 254;     // RFC 5321, 4.5.3.1.3, less the two angle brackets

// Where a slip of one letter is told from another name: long enough, and common here.
const COMMON = [
  "gmail.com", "googlemail.com", "orange.fr", "wanadoo.fr", "laposte.net", "hotmail.fr", "hotmail.com",
  "outlook.fr", "outlook.com", "yahoo.fr", "yahoo.com", "icloud.com", "protonmail.com", "numericable.fr",
];
// Too short for that: only an ending that is not there yet.
const SHORT = ["free.fr", "sfr.fr", "live.fr", "neuf.fr", "gmx.fr", "gmx.com", "aol.com", "msn.com", "bbox.fr"];
// One letter away from a common one, and right.
const RIGHT = new Set([...COMMON, ...SHORT, "ymail.com", "email.com", "mail.com"]);
// Taken for right by many, and nobody’s.
const WRONG = new Map([["gmail.fr", "gmail.com"], ["icloud.fr", "icloud.com"]]);

export function plausible(address) {
  return address.length <= LONGEST && PLAUSIBLE.test(address);
}

// One letter missing, too many, wrong, or two neighbours exchanged.
function slipped(typed, right) {
  const shorter = Math.min(typed.length, right.length);
  let head = 0;
  while (head < shorter && typed[head] === right[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && typed.at(-1 - tail) === right.at(-1 - tail)) tail += 1;
  const [wrong, due] = [typed, right].map((name) => name.slice(head, name.length - tail));
  if (Math.max(wrong.length, due.length) <= 1) return true;
  return wrong.length === 2 && due.length === 2 && wrong[0] === due[1] && wrong[1] === due[0];
}

// The domain that was probably meant, or null.
export function meant(address) {
  const typed = address.slice(address.indexOf("@") + 1).toLowerCase();
  if (!address.includes("@") || RIGHT.has(typed)) return null;
  return COMMON.find((domain) => slipped(typed, domain))
    ?? SHORT.find((domain) => typed === domain.slice(0, -1) || typed === domain.replace(".", ""))
    ?? WRONG.get(typed)
    ?? null;
}

// Whoever is still on the way to that domain has made no mistake.
export function underway(address) {
  const typed = address.slice(address.indexOf("@") + 1).toLowerCase();
  return meant(address)?.startsWith(typed) ?? false;
}

// The address as it was probably meant, or null.
export function corrected(address) {
  const domain = meant(address);
  return domain === null ? null : `${address.slice(0, address.indexOf("@"))}@${domain}`;
}

// An address on the button that takes it: whole, so that the name is seen too; its
// end alone where the whole would be cut, or push what is below.  null: none.
export function suggest(button, address, says) {
  const short = address === null ? "" : says(`…${address.slice(Math.max(address.indexOf("@"), 0))}`);
  button.hidden = address === null;
  button.textContent = short;
  if (address === null) return;
  const line = button.parentElement;
  const high = [button.clientHeight, line.clientHeight];
  button.textContent = says(address);
  const fits = button.clientHeight === high[0] && line.clientHeight === high[1]
    && [button, line].every((box) => box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight);
  if (!fits) button.textContent = short;
}

const NUMBER = /^\+?[\d\s().-]+$/;
const LEAST_DIGITS = 8;

export function dialable(number) {
  return NUMBER.test(number) && number.replace(/\D/g, "").length >= LEAST_DIGITS;
}

// What to say when "send" is pressed: nothing (it may leave), or which word.
export class Doubt {
  raised = null;      // the address that was questioned already

  about(address, phone = false) {
    if (phone) return dialable(address) ? null : "tooShort";
    if (!plausible(address)) return "incomplete";
    if (meant(address) === null || this.raised === address) return null;
    this.raised = address;
    return "doubt";
  }
}
