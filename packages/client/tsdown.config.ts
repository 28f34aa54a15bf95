import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/index.ts"],
  platform: "neutral",
  dts: { oxc: true },
  // One file is found and read faster than two packages. The licence of what is copied comes along.
  deps: { onlyBundle: ["openapi-fetch"] },
  // openapi-fetch asks for the runtime because of an option that this client never has.
  define: { process: "undefined" },
  copy: [{ from: "../../node_modules/openapi-fetch/LICENSE", to: "dist/licences/openapi-fetch" }],
});
