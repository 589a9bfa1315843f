// A keyboard on the glass: an address needs small letters, digits and four signs.
//
// Keys of 64 px.  A landscape screen holds ten in a row, so the layout is the
// one of the country; a portrait one holds seven, so there it is the alphabet.

const LAYOUTS = {
  fr: ["1234567890", "azertyuiop", "qsdfghjklm", "@wxcvbn.-_"],
  en: ["1234567890", "qwertyuiop", "asdfghjkl.", "@zxcvbnm-_"],
  portrait: ["abcdefg", "hijklmn", "opqrstu", "vwxyz.-", "@_12345", "+67890"],
};

export const DOMAINS = ["gmail.com", "orange.fr", "hotmail.fr", "outlook.fr", "free.fr", "icloud.com", "yahoo.fr"];

function key(label, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "key";
  button.textContent = label;
  button.addEventListener("click", press);
  return button;
}

// Draw the keys and the domain chips; each press changes the input and tells it.
export function drawKeys(keys, chips, input, lang, portrait) {
  const type = (change) => {
    input.value = change(input.value).slice(0, 254);
    input.dispatchEvent(new Event("input"));
    input.focus({ preventScroll: true });
    input.setSelectionRange(input.value.length, input.value.length);
  };
  const rows = LAYOUTS[portrait ? "portrait" : lang];
  keys.replaceChildren(
    ...rows.flatMap((row) => [...row].map((sign) => key(sign, () => type((said) => said + sign)))),
  );
  chips.replaceChildren(
    ...DOMAINS.map((domain) => key(`@${domain}`, () => type((said) => `${said.split("@")[0]}@${domain}`))),
  );
  return () => type((said) => said.slice(0, -1));
}
