// node-thermal-printer 4: a connection for each step, destroyed once all is written.
const { ThermalPrinter, PrinterTypes } = require("node-thermal-printer");
const { say, lines, HOST, PORT } = require("./said.cjs");

say(async () => {
  const printer = new ThermalPrinter({
    type: PrinterTypes.EPSON,
    interface: `tcp://${HOST}:${PORT}`,
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
