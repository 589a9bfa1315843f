// A keyboard on the glass: small letters, digits and five signs for an address; digits
// for a telephone number or a search.
//
// The letters stand as on the keyboards of the language’s country, upright too.

const DIGITS = "1234567890";
const QWERTY = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
const LETTERS = {
  fr: ["azertyuiop", "qsdfghjklm", "wxcvbn"],
  de: ["qwertzuiop", "asdfghjkl", "yxcvbnm"],
  en: QWERTY,
  es: QWERTY,
  ar: QWERTY,
};
const ENDINGS = { fr: [".fr", ".com"], de: [".de", ".com"], es: [".es", ".com"], en: [".com"], ar: [".com"] };
const PADS = { phone: [..."123456789+", { label: "0", span: 2 }], find: [..."123456789,0:"] };

export const DOMAINS = ["gmail.com", "orange.fr", "hotmail.fr", "outlook.fr", "free.fr", "icloud.com", "yahoo.fr"];
// France, Belgium, Luxembourg, Switzerland, Germany, Spain, Morocco.
export const COUNTRIES = ["+33", "+32", "+352", "+41", "+49", "+34", "+212"];

// Keys in order, row after row: eleven in a row, or ten where the screen stands upright.
function letters(lang, upright) {
  const [first, second, third] = LETTERS[lang];
  const endings = ENDINGS[lang];
  if (upright) {
    const rest = [...".-_+"].slice(0, 10 - third.length);
    const more = second.length < 10 ? ["+"] : [];
    const span = 6 / endings.length;
    return [...DIGITS, ...first, ...second, ...more, ...third, ...rest, { label: "@", span: 4 }, ...endings.map((label) => ({ label, span }))];
  }
  const middle = second.length < 10 ? [".", "_"] : ["_"];
  const low = ["@", ...third, ...(third.length < 7 ? ["."] : []), ...endings.slice(0, -1)];
  return [...DIGITS, "+", ...first, "-", ...second, ...middle, ...low, { label: endings.at(-1), span: 11 - low.length }];
}

function key(label, press, span = 1) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "key";
  button.textContent = label;
  if (span > 1) button.style.gridColumn = `span ${span}`;
  button.addEventListener("click", press);
  return button;
}

// Another domain takes the place of the one that stands there.
const atDomain = (domain) => (said) => `${said.split("@")[0]}@${domain}`;
// A country takes the place of another, or of the nought that numbers begin with inside it.
const BEGINNING = new RegExp(`^(?:${COUNTRIES.map((code) => `\\${code}`).join("|")}|\\+|0)`);
const inCountry = (code) => (said) => code + said.replace(BEGINNING, "");
const CHIPS = {
  email: () => DOMAINS.map((domain) => [`@${domain}`, atDomain(domain)]),
  phone: () => COUNTRIES.map((code) => [code, inCountry(code)]),
  find: () => [],
};

// Draw the keys and the chips for what is typed: "email", "phone" or "find".  Each press
// changes the input and tells it.  Answers what wipes the last sign out.
export function drawKeys({ keys, chips, input, lang, upright, kind }) {
  const longest = input.maxLength > 0 ? input.maxLength : 254;
  const type = (change) => {
    input.value = change(input.value).slice(0, longest);
    input.dispatchEvent(new Event("input"));
    input.focus({ preventScroll: true });
    input.setSelectionRange(input.value.length, input.value.length);
  };
  const drawn = PADS[kind] ?? letters(lang, upright);
  keys.classList.toggle("pad", kind in PADS);
  keys.replaceChildren(...drawn.map((each) => {
    const { label, span } = typeof each === "string" ? { label: each } : each;
    return key(label, () => type((said) => said + label), span);
  }));
  chips.replaceChildren(...CHIPS[kind]().map(([label, change]) => key(label, () => type(change))));
  return () => type((said) => said.slice(0, -1));
}
