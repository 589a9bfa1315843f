// escpos 2 with escpos-network: the socket is destroyed in the write's callback.
const escpos = require("escpos");
escpos.Network = require("escpos-network");
const { say, lines, HOST, PORT } = require("./said.cjs");

function job(fill) {
  return new Promise((done, failed) => {
    const device = new escpos.Network(HOST, PORT);
    const printer = new escpos.Printer(device, { encoding: "cp858" });
    device.open((error) => (error ? failed(error) : fill(printer).close(done)));
  });
}

say(async () => {
  await job((printer) => printer.cashdraw(2));
  await job((printer) => {
    printer.hardware("init");
    for (const line of lines()) printer.text(line);
    return printer.cut();
  });
  return { status: "", print: "sent" };
});
