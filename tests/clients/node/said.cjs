// What each client script shares: where, what, and one line of JSON at the end.
// FILE PULSE HOST PORT for the network, FILE PULSE TTY for a line or a path,
// FILE TOKEN URL for HTTP.
const fs = require("fs");
const [FILE, PULSE, WHERE, PORT] = process.argv.slice(2);

exports.HOST = WHERE;
exports.PORT = PORT;
exports.TTY = WHERE;
exports.URL_ = WHERE;
exports.TOKEN = PULSE;
exports.PULSE = Buffer.from(PULSE, "hex");
exports.lines = () => fs.readFileSync(FILE, "latin1").trimEnd().split("\n");
exports.say = (play) =>
  play().then(
    (said) => {
      process.stdout.write(JSON.stringify(said) + "\n");
      process.exit(0);
    },
    (error) => {
      const words = String(error?.code ?? error);
      process.stdout.write(JSON.stringify({ status: words, print: "" }) + "\n");
      process.exit(1);
    },
  );
