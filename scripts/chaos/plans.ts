import fc from "fast-check";

/** A step of a client: all of it is asked at once. */
export type Step = readonly Wish[];

/** What a client wishes to ask; codes and sids it knows only then. */
export type Wish =
  | { kind: "start"; channel: "sms" | "call" }
  | { kind: "check"; isRight: boolean; isBySid: boolean }
  | { kind: "cancel"; isBySid: boolean }
  | { kind: "fetch"; isBySid: boolean };

const channel = fc.constantFrom("sms" as const, "call" as const);
const start = fc.record({ kind: fc.constant("start" as const), channel });
const checkOf = (isRight: boolean) =>
  fc.record({ kind: fc.constant("check" as const), isRight: fc.constant(isRight), isBySid: fc.boolean() });
const end = fc.record({ kind: fc.constantFrom("cancel" as const, "fetch" as const), isBySid: fc.boolean() });

const wish: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 4, arbitrary: start },
  { weight: 4, arbitrary: checkOf(false) },
  { weight: 2, arbitrary: checkOf(true) },
  { weight: 1, arbitrary: end },
);

/** Many of the same at once, and a few others among them. */
const race: fc.Arbitrary<Step> = fc.oneof(
  fc.array(start, { minLength: 6, maxLength: 10 }),
  fc.array(checkOf(true), { minLength: 4, maxLength: 8 }),
  fc.array(checkOf(false), { minLength: 6, maxLength: 10 }),
  fc.array(wish, { minLength: 3, maxLength: 6 }),
);

/** What a client does with one recipient. */
export const plan: fc.Arbitrary<Step[]> = fc
  .array(fc.oneof({ weight: 8, arbitrary: wish.map((each): Step => [each]) }, { weight: 1, arbitrary: race }), {
    minLength: 2,
    maxLength: 14,
    size: "max",
  })
  .map((steps): Step[] => [[{ kind: "start", channel: "sms" }], ...steps]);

/** An endless row of random values, the same for the same seed. */
export function createDraw<T>(arbitrary: fc.Arbitrary<T>, seed: number): () => T {
  let [block, values] = [0, [] as T[]];
  return () => {
    if (values.length === 0) {
      values = fc.sample(arbitrary, { seed: seed + block * 7919, numRuns: 100 });
      block += 1;
    }
    return values.pop() as T;
  };
}
