import { sandbox } from "../samples/sandbox.ts";
import type { Call, Field } from "./calls.ts";

/** What all calls of the page have in common. It is kept in the page alone, and goes with it. */
const server = {
  address: sandboxAddress(),
  user: sandbox.accountSid,
  password: sandbox.authToken,
  key: sandbox.v1Key,
};
const dialogs = new Map<string, HTMLDialogElement>();
const calls: Call[] = JSON.parse(document.getElementById("calls")?.textContent ?? "[]");

// They are drawn again in other colours: the same buttons stay, to which a reader who closes a form comes back.
const buttons = calls.map(buttonOf);
document.addEventListener("operations-shown", () => {
  for (const [index, { operationId }] of calls.entries()) {
    const heading = document.getElementById(`operation/${operationId}`)?.querySelector("h2");
    heading?.after(buttons[index] ?? "");
  }
});

function buttonOf(call: Call): HTMLElement {
  const button = element("button", { type: "button", className: "try", textContent: "Try it" });
  button.setAttribute("aria-label", `Try it: ${call.title}`);
  button.addEventListener("click", () => open(call));
  return button;
}

/** The sandbox that this page comes from, or the one that a reader most likely runs. */
function sandboxAddress(): string {
  const { hostname, origin, pathname } = location;
  return isLoopback(hostname) && pathname.startsWith("/docs/") ? origin : "http://localhost:4010";
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "127.0.0.1";
}

function open(call: Call): void {
  const dialog = dialogs.get(call.operationId) ?? dialogOf(call);
  dialogs.set(call.operationId, dialog);
  dialog.showModal();
}

function dialogOf(call: Call): HTMLDialogElement {
  const id = `try-${call.operationId}`;
  const dialog = element("dialog", { className: "trying" });
  dialog.setAttribute("aria-labelledby", id);
  const close = element("button", { type: "button", textContent: "Close" });
  close.addEventListener("click", () => dialog.close());
  const heading = element("h2", { id, textContent: call.title, tabIndex: -1, autofocus: true });
  const line = element("p", {});
  line.append(element("code", { textContent: `${call.method} ${call.path}` }));
  const form = element("form", { autocomplete: "off" });
  const answer = element("section", { ariaLabel: "Answer" });
  const told = element("p", { className: "told" });
  told.setAttribute("role", "status");
  const shown = element("div", {});
  answer.append(told, shown);
  form.append(...partsOf(call), element("button", { className: "send", textContent: "Send" }));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    told.textContent = "Sending…";
    shown.replaceChildren();
    const { words, parts } = await send(call, new FormData(form));
    told.textContent = words;
    shown.replaceChildren(...parts);
    answer.scrollIntoView();
  });
  const head = element("div", { className: "head" });
  head.append(heading, close);
  dialog.append(head, line, form, answer);
  document.body.append(dialog);
  return dialog;
}

/** The fields of a call: those that have a value or must have one, and below them all others. */
function partsOf(call: Call): HTMLElement[] {
  const [needed, others] = [[] as Field[], [] as Field[]];
  for (const field of call.fields) (field.isRequired || field.value ? needed : others).push(field);
  const shared = groupOf("Sandbox", [
    sharedField("address", "Address", "On this machine alone."),
    ...(call.access === "basic"
      ? [sharedField("user", "Account SID or API key"), sharedField("password", "Token or secret")]
      : []),
    ...(call.access === "key" ? [sharedField("key", "Key")] : []),
  ]);
  const parts = [shared];
  if (needed.length > 0) parts.push(groupOf("Parameters", needed.map(fieldOf)));
  if (call.json !== undefined) {
    const text = element("textarea", { name: "json", rows: 12, spellcheck: false, value: call.json });
    parts.push(groupOf("Body", [labelled("JSON", text)]));
  }
  if (others.length > 0) {
    const more = element("details", {});
    more.append(element("summary", { textContent: `${others.length} more parameters` }), ...others.map(fieldOf));
    parts.push(more);
  }
  return parts;
}

function groupOf(title: string, fields: HTMLElement[]): HTMLElement {
  const group = element("fieldset", {});
  group.append(element("legend", { textContent: title }), ...fields);
  return group;
}

/** A field of the page, not of the call: what is typed there holds for the next call as well. */
function sharedField(name: keyof typeof server, label: string, hint = ""): HTMLElement {
  const input = element("input", { name: `server.${name}`, required: true, spellcheck: false, value: server[name] });
  input.addEventListener("input", () => {
    server[name] = input.value;
  });
  return labelled(label, input, hint);
}

function fieldOf(field: Field): HTMLElement {
  const { name, value, isRequired, isList, options, hint } = field;
  const control = isList
    ? element("textarea", { rows: 2 })
    : options.length > 0
      ? element("select", {})
      : element("input", { spellcheck: false });
  if (control instanceof HTMLSelectElement) {
    control.append(
      ...["", ...options].map((option) => element("option", { value: option, textContent: option || "–" })),
    );
  }
  Object.assign(control, { name: `${field.in}.${name}`, value, required: isRequired });
  return labelled(name, control, isList ? `${hint} One a line.` : hint);
}

/** A control with its name and, apart from it, what it is for. */
function labelled(text: string, control: HTMLElement, hint = ""): HTMLElement {
  labelCount += 1;
  control.id = `try-field-${labelCount}`;
  const field = element("p", { className: "field" });
  field.append(element("label", { htmlFor: control.id, textContent: text }), control);
  if (hint) {
    control.setAttribute("aria-describedby", `${control.id}-hint`);
    field.append(element("small", { id: `${control.id}-hint`, textContent: hint }));
  }
  return field;
}

let labelCount = 0;

interface Shown {
  words: string;
  parts: HTMLElement[];
}

async function send(call: Call, typed: FormData): Promise<Shown> {
  const base = URL.canParse(server.address) ? new URL(server.address) : undefined;
  if (base?.protocol !== "http:" || !isLoopback(base.hostname)) {
    return { words: "Only a sandbox on this machine is called: http://localhost and its port.", parts: [] };
  }
  const at = performance.now();
  try {
    const response = await fetch(...requestOf(call, base.origin, typed));
    const text = await response.text();
    return shownOf(response, text, Math.round(performance.now() - at));
  } catch {
    const words = `There is no answer from ${base.origin} that this page may read. Does a sandbox run there?`;
    return { words, parts: [] };
  }
}

function requestOf(call: Call, origin: string, typed: FormData): [string, RequestInit] {
  const entries = (place: Field["in"]) =>
    call.fields
      .filter((field) => field.in === place)
      .flatMap(({ name, isList }) => {
        const text = String(typed.get(`${place}.${name}`) ?? "");
        const values = isList ? text.split("\n").filter(Boolean) : [text];
        return values.filter((value) => value !== "").map((value): [string, string] => [name, value]);
      });
  const values = Object.fromEntries(entries("path"));
  const path = call.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] ?? ""));
  const query = new URLSearchParams(entries("query")).toString();
  const headers = new Headers();
  if (call.access === "basic") headers.set("Authorization", `Basic ${base64(`${server.user}:${server.password}`)}`);
  if (call.access === "key") headers.set("X-Authy-API-Key", server.key);
  const init: RequestInit = { method: call.method, headers, credentials: "omit", cache: "no-store" };
  if (call.json !== undefined) {
    headers.set("Content-Type", "application/json");
    init.body = String(typed.get("json"));
  } else if (call.method !== "GET") init.body = new URLSearchParams(entries("form"));
  return [`${origin}${path}${query && `?${query}`}`, init];
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

const telling = /^(retry-after|twilio-|countersign-|location|allow|link|deprecation|www-authenticate)/;

function shownOf({ status, statusText, headers }: Response, text: string, milliseconds: number): Shown {
  const parts: HTMLElement[] = [];
  const told = [...headers].filter(([name]) => telling.test(name));
  if (told.length > 0) {
    const list = element("dl", {});
    list.append(
      ...told.flatMap(([name, value]) => [element("dt", { textContent: name }), element("dd", { textContent: value })]),
    );
    parts.push(list);
  }
  const body = readJson(text);
  const code = body?.code ?? body?.error_code;
  if (status >= 400 && /^\d{5}$/.test(String(code))) {
    const folder = body?.error_code === undefined ? "" : "v1/";
    const href = `../../errors/${folder}${code}/index.html`;
    const line = element("p", {});
    line.append(element("a", { href, textContent: `What ${code} means, and what to do` }));
    parts.push(line);
  }
  if (text) {
    const block = element("pre", { tabIndex: 0 });
    block.append(element("code", { textContent: body === undefined ? text : JSON.stringify(body, null, 2) }));
    parts.push(block);
  }
  return { words: `${status} ${statusText} in ${milliseconds} ms`, parts };
}

function readJson(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]>,
): HTMLElementTagNameMap[Name] {
  return Object.assign(document.createElement(name), properties);
}
