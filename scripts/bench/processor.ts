import { readdirSync, readFileSync } from "node:fs";

/** What a process has had of the processors since it began, in microseconds. */
export interface ProcessorTime {
  /** The thread that runs JavaScript. */
  main: number;
  /** All threads that live. */
  process: number;
}

/** As Linux counts it for each thread, to the nanosecond; nothing where the system does not tell. */
export function processorTime(pid: number): ProcessorTime | undefined {
  try {
    const times = readdirSync(`/proc/${pid}/task`).map((thread) => ({
      thread: Number(thread),
      micros: Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]) / 1000,
    }));
    return {
      main: times.find(({ thread }) => thread === pid)?.micros ?? Number.NaN,
      process: times.reduce((sum, { micros }) => sum + micros, 0),
    };
  } catch {
    return undefined;
  }
}

/** Does some work on processes, and tells what they had of the processors meanwhile, summed up. */
export async function whileCounting<T>(
  pids: number[],
  work: () => Promise<T>,
): Promise<{ result: T; used: ProcessorTime | undefined }> {
  const sum = () => {
    const times = pids.map(processorTime).filter((each) => each !== undefined);
    if (times.length < pids.length) return undefined;
    return times.reduce((of, each) => ({ main: of.main + each.main, process: of.process + each.process }));
  };
  const before = sum();
  const result = await work();
  const after = sum();
  const used = before && after && { main: after.main - before.main, process: after.process - before.process };
  return { result, used };
}
