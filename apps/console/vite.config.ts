import { defineConfig } from "vite";

/** One page, whose files lie beside it under names that tell their content: the page itself may be kept nowhere. */
export default defineConfig({
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { target: "es2023", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
