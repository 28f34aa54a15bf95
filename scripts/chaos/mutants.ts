import { type Cast, type ScenarioName, scenarios } from "./catalogue.ts";
import type { Setting } from "./history.ts";
import { type Change, copyProgram } from "./program.ts";
import type { rules, Violation } from "./rules.ts";

/** A bug that is put in on purpose, and must be found. */
export interface Mutant {
  name: string;
  changes: readonly Change[];
  scenario: ScenarioName;
  database: Setting["database"];
  rounds: number;
  /** The promise that it breaks. */
  rule: keyof typeof rules;
  /** Belongs to the short form, in one server with the others: none breaks the rule of another. */
  quick?: true;
}

const check = "verifications/check.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "a check is counted after the comparison, in a transaction of its own",
    changes: [
      {
        module: check,
        from: "await dependencies.store.decide({",
        to: `await (async (command) => {
          let isWrong = false;
          const answer = await dependencies.store.decide({ ...command, decide(state, now) {
            const decision = command.decide(state, now);
            isWrong = decision.outcome.isWrong === true;
            return isWrong ? { outcome: decision.outcome } : decision;
          } });
          if (isWrong) await dependencies.store.decide(command);
          return answer;
        })({`,
      },
    ],
    scenario: "kill-server",
    database: "SQLite",
    rounds: 1,
    rule: "checks",
    quick: true,
  },
  {
    name: "a verification is approved without looking at its status",
    changes: [
      {
        module: check,
        from: "const reason = reasonGone(current, now);",
        to: 'const reason = current?.status === "approved" ? void 0 : reasonGone(current, now);',
      },
      { module: check, from: 'status: "approved",\n\t\tcode: null,', to: 'status: "approved",' },
    ],
    scenario: "kill-server",
    database: "SQLite",
    rounds: 1,
    rule: "approvals",
    quick: true,
  },
  {
    name: "SQLite: answered before the commit",
    changes: [
      {
        module: "store/sqlite/decider.ts",
        from: "return decideAll(batch);",
        to: `const answers = decideAll(batch);
          for (const [index, { resolve }] of batch.entries()) resolve(answers[index].outcome);
          return answers;`,
      },
      // The disk is mostly too fast for a kill to come between the two.
      {
        module: "store/sqlite/lane.ts",
        from: "await commit(batch.length",
        to: "await new Promise((resolve) => globalThis.setTimeout(resolve, 20)); await commit(batch.length",
      },
    ],
    scenario: "kill-server",
    database: "SQLite",
    rounds: 2,
    rule: "kept",
  },
  {
    name: "PostgreSQL: answered before the commit",
    changes: [
      {
        module: "store/postgres/batch.ts",
        from: "await sendCounted(connected, others, [",
        to: "globalThis.setTimeout((statements) => sendCounted(connected, [], statements).catch(() => {}), 5, [",
      },
    ],
    scenario: "kill-server",
    database: "PostgreSQL",
    rounds: 3,
    rule: "kept",
  },
  {
    name: "a message is handed over and not kept in the outbox",
    changes: [
      {
        module: "verifications/start.ts",
        from: "sends: send ? [send] : [],",
        to: "sends: send ? [{ ...send, message: null }] : [],",
      },
    ],
    scenario: "kill-server",
    database: "SQLite",
    rounds: 1,
    rule: "delivery",
  },
  {
    name: "a message that is handed over is not leased",
    changes: [
      {
        module: "verifications/composed-send.ts",
        from: "leaseSeconds: delivery.handOver ? 60 : 0,",
        to: "leaseSeconds: 0,",
      },
    ],
    scenario: "kill-server",
    database: "SQLite",
    rounds: 2,
    rule: "delivery",
  },
  {
    name: "nobody looks at the end of the window",
    changes: [{ module: "verifications/verification.ts", from: "now >= verification.expiresAt", to: "false" }],
    scenario: "clock-steps",
    database: "SQLite",
    rounds: 12,
    rule: "order",
  },
  {
    name: "a re-send makes the window longer",
    changes: [
      {
        module: "verifications/decide-start.ts",
        from: "attempts: [...current.attempts, attempt],",
        to: "attempts: [...current.attempts, attempt], expiresAt: now + command.lifetimeSeconds * 1e3,",
      },
    ],
    scenario: "clock-steps",
    database: "SQLite",
    rounds: 12,
    rule: "order",
  },
  {
    name: "a re-send forgets the wrong codes",
    changes: [
      {
        module: "verifications/decide-start.ts",
        from: "attempts: [...current.attempts, attempt],",
        to: "attempts: [...current.attempts, attempt], checks: 0,",
      },
    ],
    scenario: "kill-server",
    database: "SQLite",
    rounds: 1,
    rule: "order",
  },
  {
    name: "a recipient is not locked after five wrong codes",
    changes: [{ module: check, from: "const isLast = checks >= checksMax;", to: "const isLast = false;" }],
    scenario: "kill-server",
    database: "SQLite",
    rounds: 1,
    rule: "checks",
  },
];

/** So many times a scenario is played before a bug counts as not found: what a kill shows, not every kill shows. */
const triesMax = 4;
/** So many that every kind of race has most likely been among them. */
const answersLeast = 250;

/**
 * Runs a server with the bugs in it, which are of one scenario, until each is found.
 * @returns of each that was found the violations of its rule. @throws Error when a text to change is not there.
 */
export async function findMutants(
  some: readonly Mutant[],
  { seed, postgres, ...moment }: Pick<Cast, "seed" | "postgres" | "answersSpan">,
): Promise<ReadonlyMap<Mutant, Violation[]>> {
  const found = new Map<Mutant, Violation[]>();
  const [first] = some;
  if (!first) return found;
  const program = copyProgram(some.flatMap(({ changes }) => changes));
  try {
    const { scenario, database, rounds } = first;
    const cast = { database, rounds, postgres, main: program.main, answersLeast, ...moment };
    for (let tries = 0; tries < triesMax && found.size < some.length; tries += 1) {
      const { violations } = await scenarios[scenario].play({ ...cast, seed: seed + tries });
      for (const mutant of some) {
        const its = violations.filter(({ rule }) => rule === mutant.rule);
        if (its.length > 0 && !found.has(mutant)) found.set(mutant, its);
      }
    }
    return found;
  } finally {
    program.remove();
  }
}
