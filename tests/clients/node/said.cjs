// What each client script shares: HOST PORT FILE PULSE, and one line of JSON at the end.
const fs = require("fs");
const [HOST, PORT, FILE, PULSE] = process.argv.slice(2);

exports.HOST = HOST;
exports.PORT = PORT;
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
