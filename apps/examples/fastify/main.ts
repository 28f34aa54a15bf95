import { randomUUID } from "node:crypto";
import { run } from "../run.ts";
import { createApp } from "./app.ts";

await run({
  async start({ port, ...parts }) {
    const app = await createApp({ ...parts, secret: randomUUID() });
    await app.listen({ port, host: "127.0.0.1" });
    return { url: `http://localhost:${port}`, close: () => void app.close() };
  },
  port: 3000,
  hint: "Take any number; the sandbox shows what it sends.",
});
