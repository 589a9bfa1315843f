// Line drawings on a 24-unit grid, one path each.  A sign never stands without its word.

const PATHS = {
  scan: "M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M8 8h3v3H8zM13.5 8H16v2.5M8 13.500V16h2.500M13.500 13.500h2.500V16h-2.500z",
  mail: "M4 6h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1zM3.500 7l8.500 6.500L20.500 7",
  print: "M7 9V4h10v5M7 17H5a2 2 0 0 1-2-2v-4a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v4a2 2 0 0 1-2 2h-2M7 14h10v6H7z",
  none: "M6 3.500h12V15M18 19v1.500l-2-1.200-2 1.200-2-1.200-2 1.200-2-1.200-2 1.200V9M3.500 3.500l17 17",
  done: "M4.500 12.500l5 5L19.500 7",
  wait: "M7 3.500h10M7 20.500h10M8 3.500c0 5 8 5.500 8 8.500s-8 3.500-8 8.500M16 3.500c0 5-8 5.500-8 8.500s8 3.500 8 8.500",
  alert: "M12 4L2.800 19.500h18.400zM12 10v4.500M12 17.200v.1",
  back: "M15 5l-7 7 7 7",
  erase: "M8.500 6H20a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H8.500L3 12zM11.500 9.500l5 5M16.500 9.500l-5 5",
  hand: "M8 12.500V6a1.500 1.500 0 0 1 3 0v5M11 10.500V4.800a1.500 1.500 0 0 1 3 0v5.700M14 10.800V6.500a1.500 1.500 0 0 1 3 0v7.500c0 4-2.500 6.500-6 6.500-3 0-4.500-1.500-6-4l-2-3.300c-.9-1.600 1-2.800 2.200-1.500L8 14",
};

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
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
