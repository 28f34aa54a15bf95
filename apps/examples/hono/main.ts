import { serve } from "@hono/node-server";
import { run } from "../run.ts";
import { createApp } from "./app.ts";

await run({
  async start({ port, ...parts }) {
    const { fetch } = createApp(parts);
    const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
      const started = serve({ fetch, port, hostname: "127.0.0.1" }, () => resolve(started)).on("error", reject);
    });
    return { url: `http://localhost:${port}`, close: () => void server.close() };
  },
  port: 3000,
  hint: "Take any number; the sandbox shows what it sends.",
});
