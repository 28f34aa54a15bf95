import { run } from "../run.ts";
import { startApp } from "./log-in.ts";

await run({
  start: startApp,
  port: 3000,
  hint: "Have an authenticator app at hand; the sandbox shows the e-mail that it sends.",
});
