import { run } from "../run.ts";
import { startApp } from "./serve.ts";

await run({ start: startApp, port: 3000, hint: "Take any number; the sandbox shows what it sends." });
