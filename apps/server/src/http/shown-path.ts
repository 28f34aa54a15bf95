/**
 * A path as messages and answers may repeat it: without the version, as the document's examples have it, and without
 * anybody's phone number or e-mail address, for which the name of the parameter stands.
 * @param template the operation's path, if it is known, and which of its parameters hold personal data.
 */
export function shownPath(path: string, template?: { path: string; personal: ReadonlySet<string> }): string {
  const names = template?.path.split("/") ?? [];
  const segments = path.split("/").map((segment, index) => {
    const name = names[index] ?? "{recipient}";
    const isPersonal = template?.personal.has(name.slice(1, -1)) ?? false;
    return !isSid.test(segment) && (isPersonal || looksPersonal(segment)) ? name : segment;
  });
  return segments.join("/").replace(/^\/v\d+(?=\/)/, "");
}

const isSid = /^[A-Z]{2}[0-9a-fA-F]{32}$/;

function looksPersonal(segment: string): boolean {
  const text = decoded(segment);
  return text.includes("@") || text.replace(/[^0-9]/g, "").length >= 7;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
