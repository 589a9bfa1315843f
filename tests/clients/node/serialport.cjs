// serialport: the line that Node's printers of the COM port use; all statuses, drawer, receipt.
const { SerialPort } = require("serialport");
const { say, lines, TTY, PULSE } = require("./said.cjs");

say(async () => {
  const line = new SerialPort({ path: TTY, baudRate: 115200, autoOpen: false });
  await new Promise((done, failed) => line.open((error) => (error ? failed(error) : done())));
  const answers = [];
  line.on("data", (data) => answers.push(...data));
  for (const n of [1, 4, 2, 3]) line.write(Buffer.from([0x10, 0x04, n]));
  const due = Date.now() + 2000;
  while (answers.length < 4 && Date.now() < due)
    await new Promise((done) => setTimeout(done, 2));
  const text = lines().join("\n") + "\n\n\n\n";
  line.write(PULSE);
  line.write(Buffer.from(`\x1b@${text}\x1dV\0`, "latin1"));
  await new Promise((done, failed) => line.drain((error) => (error ? failed(error) : done())));
  await new Promise((done) => line.close(done));
  return { status: Buffer.from(answers).toString("hex"), print: "sent" };
});
