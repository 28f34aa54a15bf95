import { defineConfig, type Plugin } from "vite";
import { shipped } from "../../scripts/sbom/shipped.ts";
import { documentPart } from "./document-part.ts";

/** One page, whose files lie beside it under names that tell their content: the page itself may be kept nowhere. */
export default defineConfig({
  base: "./",
  // With a second copy, which some ways to install leave somewhere, hooks would belong to no component.
  resolve: { dedupe: ["preact"] },
  plugins: [documentPart(), paintedOnce(), shipped()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { target: "es2023", cssTarget: "es2023", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});

/** Has the browser wait for the script with its first paint: an empty page, or one in the other colours, is not seen. */
function paintedOnce(): Plugin {
  return {
    name: "painted-once",
    transformIndexHtml: {
      order: "post",
      handler: (html) => html.replace('<script type="module" crossorigin', '<script type="module" blocking="render"'),
    },
  };
}
