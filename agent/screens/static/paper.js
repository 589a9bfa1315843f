// The strip and the QR: the only markup that comes from outside this page.
//
// The worker has escaped every character of it already, and the content policy
// runs no script that stands in a page.  This is the third wall: only elements
// and attributes that a strip is made of are let in.

const ELEMENTS = new Set(["section", "div", "span", "p", "hr", "br", "img", "svg", "g", "path", "rect", "image", "text", "tspan", "title"]);
const ATTRIBUTES = new Set([
  "class", "role", "aria-label", "aria-hidden", "alt", "width", "height", "viewbox", "d", "fill", "stroke", "transform",
  "x", "y", "rotate", "text-anchor", "textlength", "lengthadjust", "font-size", "shape-rendering", "xml:space", "xmlns",
]);
const PICTURE = /^data:image\/png;base64,[A-Za-z0-9+/=]+$/;

function cleaned(element) {
  for (const child of [...element.children]) {
    if (ELEMENTS.has(child.localName)) cleaned(child);
    else child.remove();
  }
  for (const { name, value } of [...element.attributes]) {
    const fine = ATTRIBUTES.has(name.toLowerCase()) || ((name === "src" || name === "href") && PICTURE.test(value));
    if (!fine) element.removeAttribute(name);
  }
}

// Put markup into a place, unless it is there already.
export function place(markup, into) {
  if (into.shownMarkup === markup) return;
  const { body } = new DOMParser().parseFromString(markup, "text/html");
  cleaned(body);
  into.replaceChildren(...body.childNodes);
  into.shownMarkup = markup;
}

// Whole device pixels a module: a camera reads nothing sharper than that.
export function fit(code) {
  const svg = code.querySelector("svg");
  if (!svg) return;
  const modules = svg.viewBox.baseVal.width;
  const dots = window.devicePixelRatio || 1;
  const room = Math.min(code.clientWidth, code.clientHeight) * dots;
  const side = Math.floor(room / modules) * modules / dots;
  svg.setAttribute("width", side);
  svg.setAttribute("height", side);
}
