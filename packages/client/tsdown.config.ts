import { defineConfig } from "tsdown";
import { shipped } from "../../scripts/sbom/shipped.ts";

export default defineConfig({
  // The functions by name and Node's way to send need nothing of the client at run time: each has a file of its own.
  entry: { index: "src/index.ts", operations: "src/operations.gen.ts", node: "src/node.ts" },
  platform: "neutral",
  dts: { oxc: true },
  deps: { onlyBundle: [], neverBundle: [/^node:/] },
  plugins: [shipped()],
});
