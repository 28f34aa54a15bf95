import { readSteps, type Step } from "./steps.ts";
import { asStranger } from "./stranger.ts";

/**
 * Follows the guide from an empty folder.
 *
 * @param tell Hears of each step and its seconds, when it ends.
 * @returns the seconds of all.
 * @throws Error with what was printed, where a step fails.
 */
export function followGuide(tell: (what: string, seconds: number) => void): Promise<number> {
  return asStranger(async (stranger) => {
    let all = 0;
    const take = async (what: string, doing: () => unknown) => {
      const began = performance.now();
      await doing();
      const seconds = (performance.now() - began) / 1000;
      all += seconds;
      tell(what, seconds);
    };
    for (const step of readSteps()) await take(nameOf(step), () => stranger[step.does](step as never));
    await take("git clone, and then what CI runs:", stranger.clone);
    for (const command of stranger.workflow()) await take(command, () => stranger.run({ command }));
    return all;
  });
}

function nameOf(step: Step): string {
  if ("command" in step) return step.command;
  return step.does === "write" ? `save ${step.file}` : `log in at ${step.url}`;
}
