// node-thermal-printer 4: a connection for each step, destroyed once all is written; or a
// file that is written anew for each step (FILE PULSE PATH), or a Star (FILE PULSE HOST PORT star).
const { ThermalPrinter, PrinterTypes } = require("node-thermal-printer");
const { say, lines, HOST, PORT } = require("./said.cjs");

say(async () => {
  const printer = new ThermalPrinter({
    type: process.argv[6] === "star" ? PrinterTypes.STAR : PrinterTypes.EPSON,
    interface: PORT === undefined ? HOST : `tcp://${HOST}:${PORT}`,
    options: { timeout: 3000 },
  });
  const there = await printer.isPrinterConnected();
  printer.openCashDrawer();
  await printer.execute();
  printer.clear();
  for (const line of lines()) printer.println(line);
  printer.cut();
  await printer.execute();
  return { status: there ? "connected" : "not connected", print: "sent" };
});
