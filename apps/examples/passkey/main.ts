import { run } from "../run.ts";
import { startApp } from "./log-in.ts";

await run({ start: startApp, port: 4010, hint: "Your device or your password manager makes the passkeys." });
