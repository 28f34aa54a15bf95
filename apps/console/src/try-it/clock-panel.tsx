import { useAct } from "../act.ts";
import { aheadSeconds, duration, now } from "../clock.ts";
import { confirm } from "../components/dialog.tsx";
import { Problem } from "../components/problem.tsx";
import { absolute } from "../components/when.tsx";
import { advanceClock, resetClock, resetSandbox } from "../sandbox-clock.ts";

const steps: [label: string, seconds: number][] = [
  ["+1 min", 60],
  ["+10 min", 600],
  ["+1 day", 86_400],
];

/** The powers of a sandbox over its time and its memory. */
export function ClockPanel() {
  const { act, error } = useAct();
  const forget = async () => {
    const text = "Verifications, messages, services and keys of this sandbox are deleted, and its clock is set right.";
    if (await confirm({ title: "Forget everything?", text, action: "Forget" })) {
      await act(resetSandbox, "The sandbox is as new");
    }
  };
  const ahead = aheadSeconds.value;
  return (
    <section class="panel" aria-labelledby="clock">
      <h2 id="clock">Clock</h2>
      <p>
        <time class="clock">{absolute(new Date(now.value).toISOString().slice(0, 19))}</time>{" "}
        <span class="faint">{ahead > 0 ? `${duration(ahead)} ahead` : "the real time"}</span>
      </p>
      <p class="about">Verifications expire, limits end and logs are erased without waiting.</p>
      <div class="actions">
        {steps.map(([label, seconds]) => (
          <button
            key={label}
            type="button"
            onClick={() => act(() => advanceClock(seconds), `The clock went ahead: ${label}`)}
          >
            {label}
          </button>
        ))}
        <button type="button" onClick={() => act(resetClock, "The clock shows the real time")} disabled={ahead === 0}>
          Reset the clock
        </button>
        <button type="button" class="danger" onClick={forget}>
          Forget everything
        </button>
      </div>
      <Problem error={error} />
    </section>
  );
}
