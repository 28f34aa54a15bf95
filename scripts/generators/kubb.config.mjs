import { defineConfig } from "@kubb/core";
import { pluginClient } from "@kubb/plugin-client";
import { pluginOas } from "@kubb/plugin-oas";
import { pluginTs } from "@kubb/plugin-ts";

const output = (path) => ({ path, barrelType: false });

export default defineConfig({
  input: { path: process.env.DOCUMENT },
  output: { path: "generated/kubb", format: false, lint: false },
  plugins: [
    pluginOas(),
    pluginTs({ output: output("types.ts") }),
    pluginClient({ output: output("client.ts"), client: "fetch" }),
  ],
});
