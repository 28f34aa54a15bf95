import { spendHour } from "./hour.ts";

/** `npm run operators-hour`: sets up on this machine what an operator deploys, and prints each step with its seconds. */
const seconds = await spendHour((what, seconds) => console.log(`${seconds.toFixed(1).padStart(7)} s  ${what}`));
console.log(`${seconds.toFixed(1).padStart(7)} s  in all`);
