// @point-of-sale: one lasting connection, Automatic Status Back, GS I; then a job on it.
const Network = require("@point-of-sale/network-receipt-printer");
const Status = require("./receipt-printer-status.cjs");
const { say, lines, HOST, PORT, PULSE } = require("./said.cjs");

say(async () => {
  const network = new (Network.default ?? Network)({ host: HOST, port: Number(PORT) });
  const lost = new Promise((_, failed) => {
    network.addEventListener("error", failed);
    network.addEventListener("timeout", () => failed("no answer in 2.5 s"));
  });
  const up = new Promise((done) => network.addEventListener("connected", done));
  await network.connect();
  await Promise.race([up, lost]);
  const watch = new Status({ printer: network, language: "auto" });
  const found = await new Promise((done) => {
    watch.addEventListener("connected", () => done(true));
    watch.addEventListener("unsupported", () => done(false));
  });
  if (!found) return { status: "unsupported", print: "" };
  const ask = (id) => Promise.race([watch.query(id), lost]);
  const who = [await ask("manufacturer"), await ask("model")];
  const { online, coverOpened, paperLoaded } = watch.status;
  await network.print(PULSE);
  const text = lines().join("\n") + "\n\n\n\n";
  await network.print(Buffer.from(`\x1b@${text}\x1dV\0`, "latin1"));
  await network.disconnect();
  const state = { online, coverOpened, paperLoaded };
  const yes = Object.keys(state).filter((key) => state[key]);
  return { status: [watch.language, ...who, ...yes].join(" "), print: "sent" };
});
