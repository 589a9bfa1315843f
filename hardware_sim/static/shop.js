// The shop's page: draws the last picture of the shop, and passes orders on.
//
// A picture comes whole with each server-sent event; nothing is remembered here
// but which message is open.

const $ = (id) => document.getElementById(id);
let opened = null;      // the number of the open message
let drawn = new Map();  // sheet number -> its img

async function order(what, more = {}) {
  const body = JSON.stringify({ what, ...more });
  await fetch("/do", { method: "POST", headers: { "Content-Type": "application/json" }, body });
}

function words(fr, en) {
  const line = document.createElement("span");
  const small = document.createElement("small");
  small.lang = "en";
  small.textContent = en;
  line.append(`${fr} `, small);
  return line;
}

function show(frame, src) {
  if (frame.dataset.src === src) return;
  frame.dataset.src = src;
  frame.src = src;
}

function draw(now) {
  $("shop").textContent = now.shop;
  $("every").textContent = now.every_s;
  show($("display"), `${now.screens}/display`);
  show($("cashier"), `${now.screens}/cashier`);
  press("[data-do=clock]", now.by_clock);
  press("[data-do=rcu]", now.rcu);
  for (const button of document.querySelectorAll("[data-turn]")) {
    button.setAttribute("aria-pressed", now.printer[button.dataset.turn]);
  }
  drawDiary(now.diary);
  drawSheets(now.sheets);
  drawPhone(now.phone);
  drawMail(now.mail);
}

function press(selector, on) {
  document.querySelector(selector).setAttribute("aria-pressed", on);
}

function drawDiary(lines) {
  $("diary").replaceChildren(...lines.slice(0, 6).map((line) => {
    const item = document.createElement("li");
    const at = document.createElement("time");
    at.textContent = line.at;
    item.append(at, " ", words(line.fr, line.en));
    item.title = line.fr;
    return item;
  }));
}

// Newest on top, nearest to the printer's mouth; it slides out of it.
function drawSheets(numbers) {
  $("blank").hidden = numbers.length > 0;
  for (const [number, picture] of drawn) {
    if (!numbers.includes(number)) {
      picture.remove();
      drawn.delete(number);
    }
  }
  const first = drawn.size === 0;
  for (const number of numbers.filter((each) => !drawn.has(each))) {
    const picture = new Image();
    picture.alt = "Ticket imprimé";
    picture.dataset.number = number;
    picture.src = `/sheet/${number}.png`;
    drawn.set(number, picture);
    picture.decode().catch(() => {}).then(() => {
      if (!drawn.has(number)) return;
      const older = [...$("sheets").querySelectorAll("img")].find((each) => each.dataset.number * 1 < number);
      $("sheets").insertBefore(picture, older ?? null);    // decoding may overtake
      picture.style.setProperty("--tall", `${picture.offsetHeight + 14}px`);
      if (!first) picture.classList.add("new");
      $("sheets").scrollTop = 0;
    });
  }
}

function drawPhone(phone) {
  $("page").hidden = !phone.path;
  $("asleep").hidden = Boolean(phone.path);
  if (phone.path) show($("page"), `/phone${phone.path}?turn=${phone.turn}`);
  else if (phone.fr) $("asleep").replaceChildren(words(phone.fr, phone.en));
}

function drawMail(messages) {
  const newest = messages[0]?.number ?? null;
  if (newest !== null && newest !== $("mail").dataset.newest * 1) opened = newest;
  $("mail").dataset.newest = newest ?? -1;
  $("nothing").hidden = newest !== null;
  $("letter").hidden = newest === null;
  if (opened !== null) show($("letter"), `/mail/${opened}`);
  $("mail").replaceChildren(...messages.slice(0, 3).map((mail) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = mail.subject;
    button.title = mail.to;
    button.setAttribute("aria-current", mail.number === opened);
    button.addEventListener("click", () => {
      opened = mail.number;
      drawMail(messages);
    });
    item.append(button);
    return item;
  }));
}

// A screen of so many pixels in a frame of any width; without a height of its
// own it has the frame's.
function fit(glass) {
  const frame = glass.querySelector("iframe");
  const { width, height } = glass.dataset;
  const scale = glass.clientWidth / width;
  frame.style.width = `${width}px`;
  frame.style.height = `${height ?? glass.clientHeight / scale}px`;
  frame.style.transform = `scale(${scale})`;
  if (height) glass.style.height = `${height * scale + glass.offsetHeight - glass.clientHeight}px`;
}

for (const button of document.querySelectorAll("[data-sell]")) {
  button.addEventListener("click", () => order("sell", { kind: button.dataset.sell }));
}
for (const button of document.querySelectorAll("[data-turn], [data-do]")) {
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    const { turn } = button.dataset;
    if (turn) order("turn", { switch: turn, on });
    else order(button.dataset.do, { on });
  });
}
$("scan").addEventListener("click", () => order("scan"));
for (const glass of document.querySelectorAll(".glass")) {
  new ResizeObserver(() => fit(glass)).observe(glass.dataset.height ? glass.parentElement : glass);
  fit(glass);
}
new EventSource("/events").addEventListener("message", (event) => draw(JSON.parse(event.data)));
