// A process of its own, since each connection takes one of the files that a process may open: node idle-connections.mjs
// PORT COUNT. It prints how many connections are open at once, and ends when the server has closed all of them. Every tenth
// says nothing at all; the others ask once, and then say nothing more.
import { connect } from "node:net";

const [port, count] = process.argv.slice(2).map(Number);
const atOnce = 100;
let opened = 0;

async function open(index) {
  const socket = connect({ port, host: "127.0.0.1" }).resume();
  await new Promise((resolve) => {
    socket.once("connect", () => {
      opened += 1;
      socket.once("close", () => {
        opened -= 1;
      });
      resolve();
    });
    socket.once("error", resolve);
  });
  socket.on("error", () => {});
  if (index % 10 !== 0) socket.write("GET /healthz HTTP/1.1\r\nHost: countersign.test\r\n\r\n");
}

for (let index = 0; index < count; index += atOnce) {
  await Promise.all(Array.from({ length: Math.min(atOnce, count - index) }, (_, more) => open(index + more)));
}
console.log(opened);
