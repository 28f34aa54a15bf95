import { visit } from "./newcomer/visit.ts";

// Prints what whoever has nothing yet gets from the packages as they would be published.
let isRight = true;
for await (const { what, found, isRight: one } of visit()) {
  console.log(`${one ? "ok    " : "FAILED"} ${what.padEnd(64)} ${found}`);
  isRight &&= one;
}
if (!isRight) process.exitCode = 1;
