import { mkdirSync } from "node:fs";
import { createClient, unwrap } from "@countersign/client";
import { sandboxAccount, sandboxServiceSid, startSandbox } from "@countersign/server";
import { launchChromium } from "../../apps/docs/test-support/chromium.ts";
import { callerOf, logIn } from "./sample.ts";
import { open, visit } from "./visit.ts";

/** `npm run pictures`: makes the pictures of the guides anew, from a sandbox in which something has happened. */

const folder = new URL("../../spec/guides/pictures/", import.meta.url);
const sandbox = await startSandbox();
const client = createClient({ ...sandboxAccount, baseUrl: sandbox.url });
const path = { ServiceSid: sandboxServiceSid };
const person = "5f2b8c1e-3d47-4a90-b6c8-9e1f0a7d2c34";

await happen();
const [stuck] = (await unwrap(client.GET("/console/verifications", { params: { query: { to: "+12025550147" } } })))
  .verifications;

const named = { FriendlyName: "Base Verification Template with expiration and do not share" };
const [template] = (await unwrap(client.GET("/v2/Templates", { params: { query: named } }))).templates;

const screens: Record<string, string> = {
  inbox: "/inbox",
  verifications: "/verifications",
  timeline: `/verifications/${stuck?.sid}`,
  overview: "/overview",
  service: `/services/${sandboxServiceSid}`,
  templates: `/services/${sandboxServiceSid}?tab=Templates&template=${template?.sid}`,
  entity: `/entities/${sandboxServiceSid}/${person}`,
  guard: "/guard",
  deliveries: "/deliveries",
  audit: "/audit",
};

mkdirSync(folder, { recursive: true });
const browser = await launchChromium();
const { page } = await visit(browser, sandbox.url, { width: 1200, height: 760, colorScheme: "light" });
for (const [name, screen] of Object.entries(screens)) {
  await open(page, screen);
  await page.screenshot({ path: new URL(`${name}.png`, folder).pathname, animations: "disabled" });
  console.log(`spec/guides/pictures/${name}.png`);
}
await browser.close();
await sandbox.close();

/** A day of a small service: most people are approved, some are not, and somebody changes a setting. */
async function happen(): Promise<void> {
  const numbers = Array.from({ length: 24 }, (_, index) => `+1202555${String(100 + index).padStart(4, "0")}`);
  const Tags = { campaign: "spring" };
  for (const [index, To] of numbers.entries()) {
    await client.POST("/sandbox/clock", { body: { Seconds: 1800 } });
    const Channel = index % 4 === 1 ? "call" : "sms";
    await client.POST("/v2/Services/{ServiceSid}/Verifications", { params: { path }, body: { To, Channel, Tags } });
    const Code = index % 5 === 2 ? "000000" : "123456";
    await client.POST("/v2/Services/{ServiceSid}/VerificationCheck", { params: { path }, body: { To, Code } });
  }
  const body = { To: "ada@example.com", Channel: "email" as const };
  await client.POST("/v2/Services/{ServiceSid}/Verifications", { params: { path }, body });
  await client.POST("/v2/Services/{Sid}", {
    params: { path: { Sid: sandboxServiceSid } },
    body: { DoNotShareWarningEnabled: true },
  });
  await client.POST("/v2/SafeList/Numbers", { body: { PhoneNumber: "+12025550199" } });
  await logIn(callerOf(sandbox.url), `/v2/Services/${sandboxServiceSid}/Entities/${person}`);
  // Who sends six times is refused the sixth, and who types a wrong code stays where he is.
  const To = "+12025550147";
  for (let sends = 0; sends < 6; sends += 1) {
    const start = { To, Channel: "sms", Tags: { campaign: "spring", screen: "sign-up" } } as const;
    await client.POST("/v2/Services/{ServiceSid}/Verifications", { params: { path }, body: start });
    await client.POST("/sandbox/clock", { body: { Seconds: 35 } });
  }
  await client.POST("/v2/Services/{ServiceSid}/VerificationCheck", { params: { path }, body: { To, Code: "000000" } });
}
