/** Answers every request with one verification at once, for measuring what a client takes: `node answerer.mjs <port> <file>`. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const [port, file] = process.argv.slice(2);
const body = readFileSync(file);
const headers = { "Content-Type": "application/json", "Content-Length": body.length };
createServer((request, response) => {
  request.resume().on("end", () => response.writeHead(201, headers).end(body));
}).listen(Number(port), "127.0.0.1");
