import { defineConfig } from "@playwright/test";

const { CHROMIUM_PATH } = process.env;

export default defineConfig({
  // Without the variable it is the browser that `npx playwright install chromium` brings.
  use: { launchOptions: { args: ["--disable-gpu"], ...(CHROMIUM_PATH && { executablePath: CHROMIUM_PATH }) } },
});
