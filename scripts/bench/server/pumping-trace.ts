import {
  type CountryCode,
  createPeople,
  day,
  hour,
  minute,
  type People,
  second,
  type Trace,
} from "./pumping-people.ts";

/** What those do who are paid for messages. */
export const attackShapes = [
  "one range, fast",
  "many ranges of a country, slowly",
  "numbers in sequence",
  "several countries",
  "with faked approvals",
  "the same numbers again and again",
  "anywhere in a network",
] as const;

export interface TraceOptions {
  seed: number;
  days: number;
  /** Honest people a day. */
  honestPerDay: number;
  /** Numbers that each attack asks for; 0 in peace. */
  attackNumbers: number;
}

/** Some days of a service with a launch, an event in one town, and networks that deliver nothing for half an hour. */
export function pumpingTrace({ seed, days, honestPerDay, attackNumbers }: TraceOptions): Trace {
  const people = createPeople(seed);
  const { random, anyCountry, blocks, person } = people;
  people.live(days, honestPerDay);
  // A product is launched: a tenth of a day's people within twenty minutes, half of them in one country.
  for (let index = 0; index < honestPerDay / 10; index += 1) {
    person(1.2 * hour + random() * 20 * minute, random() < 0.5 ? "DE" : anyCountry());
  }
  // People at an event in one town, whose numbers are of four blocks.
  for (let index = 0; index < honestPerDay / 100; index += 1) {
    person(20 * hour + random() * 15 * minute, "US", { given: blocks.US.slice(0, 4), conversion: 0.8 });
  }
  if (attackNumbers > 0) addAttacks(people, days * day, attackNumbers);
  return people.trace();
}

function addAttacks({ random, pick, digits, add, range }: People, end: number, numbers: number): void {
  /** Beginnings of numbers in which the attacker has a share, in these countries by turns. */
  const ranges = (codes: CountryCode[], count: number, open: number) =>
    Array.from({ length: count }, (_, index) => {
      const code = codes[index % codes.length] as CountryCode;
      return { code, start: range(code, open), open };
    });
  type Range = { code: CountryCode; start: string; open: number };
  const within = ({ code, start, open }: Range) => ({ code, number: start + digits(open) });
  const attack = (
    name: (typeof attackShapes)[number],
    [from, hours]: [from: number, hours: number],
    next: (index: number) => { code: CountryCode; number: string },
    { approved = 0, again = 0.05 } = {},
  ) => {
    const length = Math.min(hours * hour, end - from * hour);
    for (let index = 0; index < numbers; index += 1) {
      const at = from * hour + ((index + random()) / numbers) * length;
      const { code, number } = next(index);
      add(at, "start", code, number, { attack: name });
      if (random() < again) add(at + 40 * second, "again", code, number, { attack: name });
      if (random() < approved) add(at + 20 * second * (1 + random()), "approve", code, number, { attack: name });
    }
  };
  const anyOf = (some: Range[]) => () => within(pick(some));

  attack("one range, fast", [2, 1.5], anyOf(ranges(["AZ"], 1, 4)));
  attack("many ranges of a country, slowly", [5, 60], anyOf(ranges(["UZ"], 40, 3)));
  const first = range("ML", 5);
  const inTurn = (index: number) => first + String(index % 100_000).padStart(5, "0");
  attack("numbers in sequence", [8, 3], (index) => ({ code: "ML", number: inTurn(index) }));
  attack("several countries", [12, 20], anyOf(ranges(["ET", "LK", "TN", "PK", "PH", "EG"], 36, 4)));
  attack("with faked approvals", [15, 8], anyOf(ranges(["DZ", "BD"], 6, 4)), { approved: 0.15 });
  const few = Array.from({ length: Math.ceil(numbers / 20) }, anyOf(ranges(["NG"], 4, 4)));
  attack("the same numbers again and again", [18, 12], () => pick(few), { again: 0.8 });
  attack("anywhere in a network", [3, 20], () => ({ code: "LK", number: `+9476${digits(7)}` }));
}
