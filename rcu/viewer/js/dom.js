// Elements without markup: every text becomes a text node, whatever is in it.

const SVG = "http://www.w3.org/2000/svg";

export function h(tag, attributes = {}, ...children) {
  return built(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return built(document.createElementNS(SVG, tag), attributes, children);
}

function built(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick" || name === "onchange") element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const bdi = (text) => h("bdi", {}, text);

const ICONS = {
  good: "M12 2.500 4 5.500v6c0 5 3.400 8.400 8 10 4.600-1.600 8-5 8-10v-6zM8.200 12.200l2.700 2.700 5-5.400",
  warn: "M12 3 22 20.500H2zM12 9.500v5M12 17.400v.1",
  receipt: "M5 2h14v20l-2.330-2-2.340 2L12 20l-2.330 2-2.340-2L5 22zM9 8h6M9 12h6M13 16h2",
};

export function icon(name, size = 24) {
  return svg("svg", { width: size, height: size, viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));
}
