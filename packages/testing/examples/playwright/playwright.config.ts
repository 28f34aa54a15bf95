import type { SandboxWorkerOptions } from "@countersign/testing/playwright";
import { defineConfig } from "@playwright/test";

const { CHROMIUM_PATH } = process.env;

export default defineConfig<object, SandboxWorkerOptions>({
  // Without the variable it is the browser that `npx playwright install chromium` brings.
  use: {
    launchOptions: { args: ["--disable-gpu"], ...(CHROMIUM_PATH && { executablePath: CHROMIUM_PATH }) },
    sandboxSeed: "countersign.yaml",
  },
});
