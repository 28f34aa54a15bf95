import { copyFileSync } from "node:fs";

/** Keeps the built document as the one that later versions may not break. Part of `npm run version`. */
copyFileSync(
  new URL("../spec/dist/openapi.json", import.meta.url),
  new URL("../spec/released/openapi.json", import.meta.url),
);
