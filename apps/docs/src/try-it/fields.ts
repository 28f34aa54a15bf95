import type { Call, Field } from "./calls.ts";
import { element } from "./element.ts";
import { faultOf } from "./faults.ts";

export type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** The fields of a call: those that have a value or must have one, and below them all others. */
export function partsOf(call: Call): HTMLElement[] {
  const [needed, others] = [[] as Field[], [] as Field[]];
  for (const field of call.fields) (field.isRequired || field.value ? needed : others).push(field);
  const shared = groupOf("Sandbox", [
    serverField("address", "Address", "On this machine alone."),
    ...(call.access === "basic"
      ? [serverField("user", "Account SID or API key"), serverField("password", "Token or secret")]
      : []),
    ...(call.access === "key" ? [serverField("key", "Key")] : []),
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

/** Says beside a field what is wrong with it. @returns whether anything is */
export function isFaulty(control: Control): boolean {
  const fault = faultOf(control.name, control.value);
  const place = document.getElementById(`${control.id}-fault`);
  if (place) place.textContent = fault ?? "";
  control.setAttribute("aria-invalid", String(fault !== undefined));
  return fault !== undefined;
}

function groupOf(title: string, fields: HTMLElement[]): HTMLElement {
  const group = element("fieldset", {});
  group.append(element("legend", { textContent: title }), ...fields);
  return group;
}

/** A field that all calls of the page have in common. */
function serverField(name: string, label: string, hint = ""): HTMLElement {
  return labelled(label, element("input", { name: `server.${name}`, required: true, spellcheck: false }), hint);
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

/** A control with its name and, apart from it, what it is for and what is wrong with it. */
function labelled(text: string, control: Control, hint = ""): HTMLElement {
  labelCount += 1;
  control.id = `try-field-${labelCount}`;
  control.setAttribute("aria-describedby", `${control.id}-fault ${control.id}-hint`);
  const field = element("p", { className: "field" });
  field.append(
    element("label", { htmlFor: control.id, textContent: text }),
    control,
    element("small", { id: `${control.id}-fault`, className: "fault" }),
    element("small", { id: `${control.id}-hint`, textContent: hint }),
  );
  return field;
}

let labelCount = 0;
