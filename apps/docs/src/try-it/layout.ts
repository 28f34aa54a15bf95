const token = /"(?:[^"\\]+|\\.)*"?|[^\s"[\]{},:]+|[[\]{},:]/gs;
const opens = /^[[{]$/;
const closes = /^[\]}]$/;

/**
 * JSON with a line for each value, and each value as it came: parsed and written anew, 12345678901234567890 and 1.0 would
 * be other numbers. A text that breaks off is laid out as far as it goes.
 * @param charactersMax of what is given back; what nests so deeply that it needs more is left as it came
 */
export function laidOut(json: string, charactersMax = 4 * json.length + 10_000): string {
  let text = "";
  let depth = 0;
  let before = "";
  for (const [part] of json.matchAll(token)) {
    const isEmpty = opens.test(before) && closes.test(part);
    if (closes.test(part)) depth -= 1;
    if (!isEmpty && (before === "," || opens.test(before) || closes.test(part))) {
      if (text.length + 2 * depth > charactersMax) return json;
      text += `\n${"  ".repeat(Math.max(depth, 0))}`;
    } else if (before === ":") text += " ";
    text += part;
    if (opens.test(part)) depth += 1;
    before = part;
  }
  return text;
}

/** {@link laidOut} of JSON, and any other text as it is. */
export function laidOutIfJson(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  return laidOut(text);
}
