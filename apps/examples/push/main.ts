import { run } from "../run.ts";
import { startApp } from "./log-in.ts";

await run({ start: startApp, port: 4010, hint: "A simulated phone is on the page." });
