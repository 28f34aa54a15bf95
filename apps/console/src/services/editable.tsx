import { doIfSure } from "../act.ts";
import { mayWrite } from "../api.ts";
import { Quiet } from "../components/quiet.tsx";
import { toast } from "../components/toast.tsx";
import { type FormOptions, SettingsForm, valuesOf } from "./form.tsx";

interface Props {
  /** What it is, on one line. */
  name: string;
  resource: object;
  operationId: string;
  options?: FormOptions;
  update: (body: object) => Promise<unknown>;
  /** Asks the server for it to be gone. */
  remove: Parameters<typeof doIfSure>[1];
  removal: string;
  /** What is told once it is gone. */
  removed: string;
  reload: () => void;
}

/** A thing that belongs to a service; who may change it opens it. */
export function Editable({ name, resource, operationId, options, update, remove, removal, removed, reload }: Props) {
  if (!mayWrite()) return <li>{name}</li>;
  const submit = async (body: object) => {
    await update(body);
    toast("Saved");
    reload();
  };
  const ask = async () => {
    if (await doIfSure({ title: `Delete ${name}?`, text: removal, action: "Delete" }, remove, removed)) reload();
  };
  return (
    <li>
      <details>
        <summary>{name}</summary>
        <SettingsForm
          operationId={operationId}
          initial={valuesOf(resource, operationId)}
          options={options}
          action="Save"
          submit={submit}
        />
        <Quiet onClick={ask} label={`Delete ${name}`}>
          Delete
        </Quiet>
      </details>
    </li>
  );
}
