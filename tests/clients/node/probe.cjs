// Loaded before a client: how long its longest connection lasted, into LINE_S_FILE.
const fs = require("fs");
const net = require("net");
const connect = net.Socket.prototype.connect;
const open = new Map();
let longest_s = 0;

function over(socket) {
  const lasted_s = Number(process.hrtime.bigint() - open.get(socket)) / 1e9;
  longest_s = Math.max(longest_s, lasted_s);
  open.delete(socket);
}

net.Socket.prototype.connect = function (...args) {
  open.set(this, process.hrtime.bigint());
  this.once("close", () => over(this));
  return connect.apply(this, args);
};
process.on("exit", () => {
  for (const socket of [...open.keys()]) over(socket);
  if (longest_s) fs.writeFileSync(process.env.LINE_S_FILE, String(longest_s));
});
