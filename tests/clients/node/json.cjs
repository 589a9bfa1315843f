// Node's own fetch at the JSON door: how is the printer, the drawer, the receipt.
const { say, lines, URL_, TOKEN } = require("./said.cjs");
const NUMBER = Number(process.argv[6]);

say(async () => {
  const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
  const post = async (job) =>
    (await fetch(`${URL_}/api/print`, { method: "POST", headers, body: JSON.stringify(job) })).json();
  const { printer } = await (await fetch(`${URL_}/api/printer`, { headers })).json();
  const drawer = await post({ lines: [{ drawer: 1, ms: 2 * (20 + (NUMBER % 100)) }] });
  const printed = await post({ lines: [...lines().map((text) => ({ text })), { cut: true }] });
  const kept = drawer.kept && printed.kept;
  const status = `${printer.online ? "online" : "offline"} ${printer.paper}${printer.cover_open ? " cover" : ""}`;
  return { status, print: kept ? "kept" : JSON.stringify(printed.problems) };
});
