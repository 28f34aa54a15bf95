/** The minimal honest server on node:http and the driver that Countersign uses: `node minimal.mjs <port> sqlite:<file>`. */
import { createServer } from "node:http";
import Database from "libsql";
import { createMinimal } from "./minimal-core.mjs";

const [port, databaseUrl] = process.argv.slice(2);
const answer = createMinimal(new Database(databaseUrl.replace("sqlite:", "")), `http://127.0.0.1:${port}`);

createServer((request, response) => {
  let text = "";
  request.setEncoding("utf8").on("data", (part) => {
    text += part;
  });
  request.on("end", async () => {
    const { status, body, code } = await answer(request.url, request.headers.authorization, text);
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    response.writeHead(status, code ? { ...headers, "x-code": code } : headers).end(body);
  });
}).listen(Number(port), "127.0.0.1");
