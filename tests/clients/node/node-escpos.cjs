// @node-escpos: asks for all four statuses, drawer and receipt on one connection.
const { Printer } = require("@node-escpos/core");
const Network = require("@node-escpos/network-adapter");
const { say, lines, HOST, PORT } = require("./said.cjs");

console.log = () => {}; // the adapter logs what the printer says

say(async () => {
  const device = new Network(HOST, PORT, 5000);
  await new Promise((done, failed) =>
    device.open((error) => (error ? failed(error) : done())),
  );
  const printer = new Printer(device, { encoding: "cp858" });
  const answers = [];
  device.read((data) => answers.push(...data));
  // Its getStatuses() wants four answers in one packet, which is the network's to say.
  for (const n of [1, 4, 2, 3]) device.write(Buffer.from([0x10, 0x04, n]));
  const due = Date.now() + 2000;
  while (answers.length < 4 && Date.now() < due)
    await new Promise((done) => setTimeout(done, 2));
  printer.hardware("init").cashdraw(2);
  for (const line of lines()) printer.text(line);
  await printer.cut().close();
  return { status: Buffer.from(answers).toString("hex"), print: "sent" };
});
