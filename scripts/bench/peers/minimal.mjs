/** The minimal honest server on node:http and the drivers that Countersign uses: `node minimal.mjs <port> <database>`. */
import { createServer } from "node:http";
import Database from "libsql";
import { createMinimal, rowsInSqlite } from "./minimal-core.mjs";
import { rowsInPostgres } from "./minimal-postgres.mjs";

const [port, databaseUrl] = process.argv.slice(2);
const file = /^sqlite:(.*)/.exec(databaseUrl)?.[1];
const rows = file === undefined ? await rowsInPostgres(databaseUrl) : rowsInSqlite(new Database(file));
const answer = createMinimal(rows, `http://127.0.0.1:${port}`);

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
