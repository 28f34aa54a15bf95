import { mayWrite } from "../api.ts";
import { confirm } from "../components/dialog.tsx";
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
  /** Asks for it to be gone, and what comes of that. */
  remove: () => Promise<unknown>;
  removal: string;
  reload: () => void;
}

/** A thing that belongs to a service; who may change it opens it. */
export function Editable({ name, resource, operationId, options, update, remove, removal, reload }: Props) {
  if (!mayWrite()) return <li>{name}</li>;
  const submit = async (body: object) => {
    await update(body);
    toast("Saved");
    reload();
  };
  const ask = async () => {
    if (!(await confirm({ title: `Delete ${name}?`, text: removal, action: "Delete" }))) return;
    await remove();
    reload();
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
