import operations from "virtual:operations";
import { useId, useState } from "preact/hooks";
import type { FormOperation } from "../../document-part.ts";
import { useAct } from "../act.ts";
import type { Options } from "../components/choice.tsx";
import { Problem } from "../components/problem.tsx";
import { Field } from "../try-it/field.tsx";
import { bodyOf, type Values } from "../try-it/request.ts";

export type FormOptions = Record<string, Options>;

interface Props {
  operationId: string;
  /** What the fields say at first, by the names of the form. */
  initial?: Values;
  /** Which of the fields stand here; by default all. */
  only?: (name: string) => boolean;
  /** What may be chosen of a field, where the document alone does not tell. */
  options?: FormOptions | undefined;
  action: string;
  /** Does it with what was changed, and throws what the server refuses. */
  submit: (body: Record<string, unknown>) => Promise<unknown>;
}

/** A form of an operation, made from the document, that sends what was changed in it. */
export function SettingsForm({ operationId, initial = {}, only = () => true, options, action, submit }: Props) {
  const fields = operationOf(operationId).fields.filter(({ name }) => only(name));
  const [values, setValues] = useState<Values>({});
  const { act, error } = useAct();
  // There may be many of one operation on a screen.
  const prefix = useId();
  const changed = fields.filter(({ name }) => values[name] !== undefined && values[name] !== (initial[name] ?? ""));
  const send = (event: Event) => {
    event.preventDefault();
    // A text that was emptied is sent so, since that takes it back.
    const emptied = changed.filter(({ name, kind }) => !kind && values[name] === "");
    const body = { ...bodyOf(changed, values), ...Object.fromEntries(emptied.map(({ name }) => [name, ""])) };
    act(() => submit(body)).then((isDone) => isDone && setValues({}));
  };
  return (
    <form class="stack settings" onSubmit={send}>
      <Problem error={error} />
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          options={options?.[field.name]}
          prefix={prefix}
          value={values[field.name] ?? initial[field.name] ?? ""}
          change={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
        />
      ))}
      <div class="actions">
        <button type="submit" class="main" disabled={changed.length === 0}>
          {action}
        </button>
      </div>
    </form>
  );
}

/** A form that waits behind a line, for what there is none of yet. */
export function Add({ summary, ...form }: Props & { summary: string }) {
  return (
    <details>
      <summary>{summary}</summary>
      <SettingsForm {...form} />
    </details>
  );
}

function operationOf(operationId: string): FormOperation {
  const found = operations.find((operation) => operation.operationId === operationId);
  if (!found) throw new Error(`the page was built without a form of ${operationId}`);
  return found;
}

/**
 * What a resource says now of each field of a form: `Totp.TimeStep` is what it has at `totp.time_step`. A list is joined by
 * commas, as the form takes it.
 */
export function valuesOf(resource: object, operationId: string): Values {
  return Object.fromEntries(
    operationOf(operationId).fields.map(({ name }) => {
      const value = name
        .split(".")
        .map((part) => part.replaceAll(/(?<=[a-z0-9])[A-Z]/g, "_$&").toLowerCase())
        .reduce<unknown>((at, part) => (at as Record<string, unknown> | null)?.[part], resource);
      return [
        name,
        value === null || value === undefined ? "" : Array.isArray(value) ? value.join(",") : String(value),
      ];
    }),
  );
}
