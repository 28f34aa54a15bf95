import { setTimeout as wait } from "node:timers/promises";
import type { Caller } from "./caller.ts";
import type { Gateway } from "./gateway.ts";
import type { Action, Answer, History } from "./history.ts";
import { createDraw, plan, type Wish } from "./plans.ts";

/** Clients that ask without a pause, each about one recipient after the other. */
export interface Load {
  /** Resolves just when so many more requests have been answered, other than with 503. */
  answers: (count: number) => Promise<void>;
  /** Begins nothing more, and waits for what is under way. */
  stop: () => Promise<void>;
}

export interface LoadOptions {
  caller: Caller;
  gateway: Gateway;
  history: History;
  seed: number;
  clients: number;
}

/** After so many requests without an answer, a client leaves a recipient alone: each of them doubles what can be true. */
const unknownMax = 3;
/** How long somebody waits for the message with the code. */
const patienceMs = 300;

export function startLoad({ caller, gateway, history, seed, clients }: LoadOptions): Load {
  const draw = createDraw(plan, seed);
  let isStopping = false;
  let [recipients, requests, answered] = [0, 0, 0];
  let waiting: { count: number; resolve: () => void }[] = [];

  function countAnswer(): void {
    answered += 1;
    for (const { count, resolve } of waiting) if (count <= answered) resolve();
    waiting = waiting.filter(({ count }) => count > answered);
  }

  async function ask(to: string, action: Action): Promise<Answer | null> {
    for (;;) {
      const [id, begin] = [requests, Date.now()];
      requests += 1;
      const answer = await caller.ask(to, action);
      if (answer !== "unsent") {
        history.push({ type: "request", id, to, action, begin, end: Date.now(), answer });
        if (answer && answer.status !== 503) countAnswer();
        return answer;
      }
      if (isStopping) return null;
      await wait(50);
    }
  }

  async function actionOf(wish: Wish, to: string, sid: string | undefined): Promise<Action | undefined> {
    if (wish.kind === "start") return wish;
    const whose = wish.isBySid && sid !== undefined ? { sid } : {};
    if (wish.kind !== "check") return { kind: wish.kind, ...whose };
    const code = await codeFor(to);
    if (code === undefined) return undefined;
    return { kind: "check", code: wish.isRight ? code : otherThan(code), ...whose };
  }

  async function codeFor(to: string): Promise<string | undefined> {
    const until = Date.now() + patienceMs;
    while (gateway.codeOf(to) === undefined && Date.now() < until && !isStopping) await wait(5);
    return gateway.codeOf(to);
  }

  async function follow(to: string): Promise<void> {
    let [sid, unknown]: [string | undefined, number] = [undefined, 0];
    for (const step of draw()) {
      if (isStopping || unknown >= unknownMax) return;
      const actions = await Promise.all(step.map((wish) => actionOf(wish, to, sid)));
      const answers = await Promise.all(actions.map((action) => action && ask(to, action)));
      for (const answer of answers) {
        if (answer?.sid) sid = answer.sid;
        if (answer === null || answer?.status === 503) unknown += 1;
      }
      if (answers.some((answer) => answer?.status === 503)) await wait(100);
    }
  }

  const following = Array.from({ length: clients }, async () => {
    while (!isStopping) {
      recipients += 1;
      await follow(recipientOf(recipients));
    }
  });
  return {
    answers: (count) =>
      new Promise((resolve) => {
        waiting.push({ count: answered + count, resolve });
      }),
    async stop() {
      isStopping = true;
      await Promise.all(following);
    },
  };
}

/** How all recipients begin: numbers of Washington, D.C. */
export const recipientPrefix = "+1202";

function recipientOf(index: number): string {
  return `${recipientPrefix}${2_300_000 + index}`;
}

function otherThan(code: string): string {
  return String((Number(code) + 1) % 10 ** code.length).padStart(code.length, "0");
}
