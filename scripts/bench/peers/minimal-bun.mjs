/** The minimal honest server on Bun and what it brings along: `bun minimal-bun.mjs <port> sqlite:<file>`. */
import { Database } from "bun:sqlite";
import { createMinimal, rowsInSqlite } from "./minimal-core.mjs";

const [port, databaseUrl] = process.argv.slice(2);
const answer = createMinimal(
  rowsInSqlite(new Database(databaseUrl.replace("sqlite:", ""))),
  `http://127.0.0.1:${port}`,
);

Bun.serve({
  port: Number(port),
  hostname: "127.0.0.1",
  async fetch(request) {
    const { pathname } = new URL(request.url);
    const { status, body, code } = await answer(pathname, request.headers.get("authorization"), await request.text());
    const headers = { "content-type": "application/json", ...(code && { "x-code": code }) };
    return new Response(body, { status, headers });
  },
});
