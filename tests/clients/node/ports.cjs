// Loaded before receiptio on a serial line: the list of ports is udev's, which knows no
// pseudo-terminal (and is not everywhere).  TTY is the one port; LINE_S_FILE its seconds.
const fs = require("fs");
const { SerialPort } = require("serialport");
const { TTY, LINE_S_FILE } = process.env;
SerialPort.list = async () => [{ path: TTY }];
const open = SerialPort.prototype.open;
SerialPort.prototype.open = function (...args) {
  const since = process.hrtime.bigint();
  const over = () => fs.writeFileSync(LINE_S_FILE, String(Number(process.hrtime.bigint() - since) / 1e9));
  this.once("close", over);
  return open.apply(this, args);
};
