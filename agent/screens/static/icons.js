// Line drawings on a 24-unit grid, one path each.  A sign never stands without its word.

const PATHS = {
  scan: "M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M8 8h3v3H8zM13.5 8H16v2.5M8 13.500V16h2.500M13.500 13.500h2.500V16h-2.500z",
  mail: "M4 6h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1zM3.500 7l8.500 6.500L20.500 7",
  print: "M7 9V4h10v5M7 17H5a2 2 0 0 1-2-2v-4a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v4a2 2 0 0 1-2 2h-2M7 14h10v6H7z",
  none: "M6 3.500h12V15M18 19v1.500l-2-1.200-2 1.200-2-1.200-2 1.200-2-1.200-2 1.200V9M3.500 3.500l17 17",
  phone: "M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM11 18h2M10 7h4M10 10h4",
  card: "M4 6h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1zM3 10h18M6.500 14.500h4",
  globe: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM3 12h18M12 3c-5.500 5.500-5.500 12.500 0 18c5.500-5.500 5.500-12.500 0-18",
  sound: "M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM15.500 9a4 4 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11",
  mute: "M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM16 9.500l5 5M21 9.500l-5 5",
  more: "M5 12h.1M12 12h.1M19 12h.1",
  find: "M10.500 4a6.500 6.500 0 1 0 0 13a6.500 6.500 0 1 0 0-13zM15.500 15.500L20.500 20.500",
  close: "M6 6l12 12M18 6L6 18",
  keep: "M6 4h12v16.500l-6-4.500-6 4.500z",
  gift: "M4 9h16v4H4zM5.500 13v7h13v-7M12 9v11M12 9c-2.500-5-7-4.500-5.500-1.500C7 8.700 9 9 12 9zM12 9c2.500-5 7-4.500 5.500-1.500C17 8.700 15 9 12 9z",
  exit: "M10.500 4H5v16h5.500M14.500 8l4 4-4 4M18.500 12H9",
  done: "M4.500 12.500l5 5L19.500 7",
  wait: "M7 3.500h10M7 20.500h10M8 3.500c0 5 8 5.500 8 8.500s-8 3.500-8 8.500M16 3.500c0 5-8 5.500-8 8.500s8 3.500 8 8.500",
  alert: "M12 4L2.800 19.500h18.400zM12 10v4.500M12 17.200v.1",
  back: "M15 5l-7 7 7 7",
  erase: "M8.500 6H20a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H8.500L3 12zM11.500 9.500l5 5M16.500 9.500l-5 5",
  hand: "M8 12.500V6a1.500 1.500 0 0 1 3 0v5M11 10.500V4.800a1.500 1.500 0 0 1 3 0v5.700M14 10.800V6.500a1.500 1.500 0 0 1 3 0v7.500c0 4-2.500 6.500-6 6.500-3 0-4.500-1.500-6-4l-2-3.300c-.9-1.600 1-2.800 2.200-1.500L8 14",
};

const TURNS = new Set(["back", "erase"]);      // they point where the writing comes from

const SVG = "http://www.w3.org/2000/svg";

// The sign of each choice.
export const SIGNS = { qr: "scan", email: "mail", sms: "phone", account: "card", paper: "print", none: "none" };

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", TURNS.has(name) ? "icon turns" : "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

// Every element that asks for a sign in the page gets it: <i data-icon="scan">.
export function placeIcons(root) {
  for (const place of root.querySelectorAll("[data-icon]")) {
    place.replaceChildren(icon(place.dataset.icon));
  }
}
