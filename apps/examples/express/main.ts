import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { run } from "../run.ts";
import { createApp } from "./app.ts";

await run({
  async start({ port, ...parts }) {
    const server = createApp({ ...parts, secret: randomUUID() }).listen(port, "127.0.0.1");
    await once(server, "listening");
    return { url: `http://localhost:${port}`, close: () => void server.close().closeAllConnections() };
  },
  port: 3000,
  hint: "Take any number; the sandbox shows what it sends.",
});
