// Bar codes as an SVG path: EAN-13, EAN-8, UPC-A (GS1 General Specifications, 5.2) and
// Code 128 (ISO/IEC 15417, sets B and C).  Anything else is null: the text stands alone then.

export const HEIGHT = 60;
const QUIET = 11;
const MAX_CHARS = 32;
const L = "3211222121221411113212311114131212133112".match(/.{4}/g);
const PARITY = "LLLLLLLLGLGGLLGGLGLLGGGLLGLLGGLGGLLGLGGGLLLGLGLGLGLGGLLGGLGL".match(/.{6}/g);
const CODE128 = (
  "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221223211221132221231"
  + "213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321112313132113132311211313231113231311"
  + "112133112331132131113123113321133121313121211331231131213113213311213131311123311321331121312113312311332111314111221411431111"
  + "111224111422121124121421141122141221112214112412122114122411142112142211241211221114413111241112134111111242121142121241114212"
  + "124112124211411212421112421211212141214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214"
  + "211232"
).match(/.{6}/g);
const STOP = "2331112";

export function bars(system, text) {
  const name = system.toUpperCase().replace(/[-_ ]/g, "");
  if (name === "EAN13" || name === "JAN13") return checked(text, 13) ? draw(ean13(text)) : null;
  if (name === "UPCA") return checked(text, 12) ? draw(ean13(`0${text}`)) : null;
  if (name === "EAN8" || name === "JAN8") return checked(text, 8) ? draw(ean8(text)) : null;
  if (name === "CODE128" && /^[\x20-\x7e]+$/.test(text) && text.length <= MAX_CHARS) return draw(code128(text));
  return null;
}

function checked(text, length) {
  if (!/^[0-9]+$/.test(text) || text.length !== length) return false;
  const sum = [...text].reverse().reduce((all, digit, at) => all + digit * (at % 2 ? 3 : 1), 0);
  return sum % 10 === 0;
}

const turned = (runs) => [...runs].reverse().join("");

function ean13(text) {
  const left = [...PARITY[text[0]]].map((side, at) => (side === "L" ? L[text[at + 1]] : turned(L[text[at + 1]])));
  return `111${left.join("")}11111${[...text.slice(7)].map((digit) => L[digit]).join("")}111`;
}

function ean8(text) {
  const half = (digits) => [...digits].map((digit) => L[digit]).join("");
  return `111${half(text.slice(0, 4))}11111${half(text.slice(4))}111`;
}

function code128(text) {
  const pairs = /^(?:[0-9]{2}){2,}$/.test(text);
  const values = pairs
    ? [105, ...text.match(/../g).map(Number)]
    : [104, ...[...text].map((letter) => letter.charCodeAt(0) - 32)];
  const check = values.reduce((sum, value, at) => sum + value * Math.max(at, 1), 0) % 103;
  return [...values, check].map((value) => CODE128[value]).join("") + STOP;
}

// Runs of dark, light, dark ... in modules, dark first.
function draw(runs) {
  let at = QUIET;
  let path = "";
  [...runs].forEach((run, index) => {
    if (index % 2 === 0) path += `M${at} 0h${run}v${HEIGHT}h-${run}z`;
    at += Number(run);
  });
  return { path, width: at + QUIET };
}
