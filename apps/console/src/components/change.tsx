import { mayWrite } from "../api.ts";
import { Quiet } from "./quiet.tsx";

/** The button of a row, for who may press it. @param label what it does and to what */
export function Change({ label, action, run }: { label: string; action: string; run: () => unknown }) {
  if (!mayWrite()) return <span class="faint">read only</span>;
  return (
    <Quiet onClick={run} label={label}>
      {action}
    </Quiet>
  );
}
