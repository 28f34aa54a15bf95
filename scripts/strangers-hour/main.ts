import { followGuide } from "./follow.ts";

/** `npm run strangers-hour`: prints each step of the guide with its seconds. */
const seconds = await followGuide((what, seconds) => console.log(`${seconds.toFixed(1).padStart(7)} s  ${what}`));
console.log(`${seconds.toFixed(1).padStart(7)} s  in all`);
