import { plainSms, smsPieces } from "../kernel/sms.ts";
import { openStore } from "../store/open-store.ts";
import { createTemplates } from "../templates/catalogue.ts";
import { render, type Template, variablesIn } from "../templates/template.ts";
import type { Finding } from "./examine.ts";

/**
 * Tells of each of the operator's templates how long it is in each language, and of services whose template is gone.
 * @param databaseUrl of a database whose tables are up to date, if there is one
 */
export async function examineTemplates(own: readonly Template[], databaseUrl?: string): Promise<Finding[]> {
  const gone = databaseUrl === undefined ? [] : await vanished(own, databaseUrl);
  return [...own.flatMap(sizes), ...gone].map((finding) => ({ what: "templates", ...finding }));
}

type Found = Omit<Finding, "what">;

function sizes({ friendlyName, channels, translations }: Template): Found[] {
  return [...translations].map(([locale, { text, status }]) => {
    const values = new Map(variablesIn(text).map((name) => [name, longest[name] ?? "n".repeat(20)]));
    const { isGsm, pieces } = smsPieces(plainSms(render(text, values)), 8);
    const size = channels.includes("sms") ? `${pieces.length} SMS in ${isGsm ? "GSM-7" : "UCS-2"}` : "not for SMS";
    const isLong = channels.includes("sms") && pieces.length > 2;
    const detail = `${friendlyName}, ${locale}: ${size}${status === "approved" ? "" : `, ${status}`}`;
    return { state: isLong ? "warning" : "ok", detail };
  });
}

/** What a message may have to hold. */
const longest: Record<string, string> = {
  code: "1234567890",
  friendly_name: "n".repeat(30),
  ttl: "1440",
  amount: "10,000.00 EUR",
};

async function vanished(own: readonly Template[], databaseUrl: string): Promise<Found[]> {
  const store = await openStore(databaseUrl);
  const templates = createTemplates(own);
  try {
    const gone = (await store.services.templatesInUse()).filter((sid) => !templates.find(sid));
    return gone.map((sid) => ({
      state: "warning",
      detail: `a service has the template ${sid}, which is gone: its messages read as without one`,
    }));
  } finally {
    await store.close();
  }
}
