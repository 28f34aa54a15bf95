/** To whom passkeys belong, as far as it is said. */
export interface RelyingParty {
  id: string | null;
  name: string | null;
  origins: readonly string[] | null;
}

/** What keeps it from having passkeys: an id that is no domain, or an origin that is none, or is not within the domain. */
export function relyingPartyFault({ id, origins }: RelyingParty): { code: 60371 | 60372; member: string } | undefined {
  if (id !== null && !isDomain(id)) return { code: 60372, member: "id" };
  const isUnfit = (text: string) => {
    const origin = originOf(text);
    return origin === undefined || (id !== null && !isWithin(origin, id.toLowerCase()));
  };
  return origins?.some(isUnfit) ? { code: 60371, member: "origins" } : undefined;
}

/** An origin as browsers write it, from one that is written so, or from a bare host; undefined for what is none. */
export function originOf(text: string): string | undefined {
  if (isApp(text)) return text;
  const written = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(written)) return undefined;
  const { protocol, hostname, origin, href } = new URL(written);
  const isSafe = protocol === "https:" || (protocol === "http:" && /^(.+\.)?localhost$/.test(hostname));
  return isSafe && isDomain(hostname) && href === `${origin}/` ? origin : undefined;
}

/** By the key that an Android app is signed with. */
function isApp(origin: string): boolean {
  return /^android:apk-key-hash:[A-Za-z0-9_-]{16,128}$/.test(origin);
}

/** No browser takes an address of numbers for a relying party. */
function isDomain(text: string): boolean {
  return (
    text.length <= 253 &&
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*(?!\d+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(text)
  );
}

function isWithin(origin: string, domain: string): boolean {
  return isApp(origin) || `.${new URL(origin).hostname}`.endsWith(`.${domain}`);
}
