import operations from "virtual:operations";
import { unwrap } from "@countersign/client";
import { useState } from "preact/hooks";
import { useAct } from "../act.ts";
import { client } from "../api.ts";
import { Problem } from "../components/problem.tsx";
import { useLoad } from "../load.ts";
import { valuesOf } from "../services/form.tsx";
import { Field } from "./field.tsx";
import { bodyOf, type Values } from "./request.ts";

const fields = operations.find(({ operationId }) => operationId === "setFaults")?.fields ?? [];

/** What the sandbox does worse, so that a program can be seen to bear it. */
export function FaultsPanel() {
  const { data, error, reload } = useLoad((signal) => unwrap(client.GET("/sandbox/faults", { signal })), []);
  const [values, setValues] = useState<Values>({});
  const acting = useAct();
  const shown = { ...(data && valuesOf(data, "setFaults")), ...values };
  const act = async (work: () => Promise<unknown>, done: string) => {
    if (!(await acting.act(work, done))) return;
    setValues({});
    reload();
  };
  const set = (event: Event) => {
    event.preventDefault();
    return act(
      () => unwrap(client.POST("/sandbox/faults", { body: bodyOf(fields, shown) })),
      "The sandbox has these faults",
    );
  };
  return (
    <section class="panel" aria-labelledby="faults">
      <h2 id="faults">Faults</h2>
      <p class="about">What your program meets on a bad day, on demand.</p>
      <Problem error={error ?? acting.error} />
      <form onSubmit={set} class="stack">
        <div class="fields">
          {fields.map((field) => (
            <Field
              key={field.name}
              field={field}
              prefix="faults"
              value={shown[field.name] ?? ""}
              change={(value) => setValues({ ...values, [field.name]: value })}
            />
          ))}
        </div>
        <div class="actions">
          <button type="submit">Set these faults</button>
          <button
            type="button"
            onClick={() => act(() => unwrap(client.DELETE("/sandbox/faults")), "All works as it should")}
          >
            Clear the faults
          </button>
        </div>
      </form>
    </section>
  );
}
