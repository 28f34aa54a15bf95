import { seededFraction } from "./seeded.ts";

/** What happens to one service in the replay, in order of time: starts, re-sends, and approvals of what was started. */
export interface TraceEvent {
  at: number;
  type: "start" | "again" | "approve";
  number: string;
  callingCode: string;
  /** The attack that it is part of; null for an honest person. */
  shape: AttackShape | null;
}

export const attackShapes = [
  "one range, fast",
  "many ranges of a country, slowly",
  "numbers in sequence",
  "several countries",
  "with faked approvals",
  "the same numbers again and again",
  "anywhere in a network",
] as const;
export type AttackShape = (typeof attackShapes)[number];

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A country as the service sees it: calling code, networks, digits of a number, share of people, how many are approved. */
type Country = [callingCode: string, networks: string, digits: number, weight: number, conversion: number];

const countries: Country[] = [
  ["1", "212 310 415 512 617 702 818 305 404 206", 10, 22, 0.82],
  ["44", "7400 7500 7700 7800 7900", 10, 10, 0.83],
  ["49", "151 152 157 160 170 176", 11, 9, 0.84],
  ["33", "61 62 66 67 75", 9, 7, 0.83],
  ["39", "320 333 340 347 391", 10, 5, 0.8],
  ["34", "60 61 65 66", 9, 5, 0.81],
  ["55", "119 219 319 419", 11, 6, 0.76],
  ["52", "155 133 181", 10, 4, 0.74],
  ["91", "70 80 90 98 99", 10, 8, 0.7],
  ["62", "812 813 857 878", 11, 4, 0.66],
  ["63", "905 917 928", 10, 3, 0.65],
  ["84", "32 70 90 98", 9, 2, 0.66],
  ["48", "50 60 78", 9, 3, 0.82],
  ["31", "61 62 64", 9, 2, 0.83],
  ["90", "532 542 555", 10, 3, 0.72],
  ["20", "10 11 12", 10, 2, 0.62],
  ["234", "803 806 813", 10, 2, 0.6],
  ["92", "300 321 345", 10, 2, 0.45],
  ["880", "171 181 191", 10, 1, 0.4],
  ["213", "55 66 77", 9, 1, 0.38],
  ["998", "90 93 97", 9, 0.7, 0.6],
  ["994", "50 55 70", 9, 0.5, 0.6],
  ["251", "91 92", 9, 0.4, 0.5],
  ["223", "66 76", 8, 0.2, 0.5],
  ["94", "71 77", 9, 0.7, 0.64],
  ["216", "20 50 98", 8, 0.5, 0.62],
];

const callingCodes = countries.map(([callingCode]) => callingCode);

function callingCodeOf(number: string): string {
  return callingCodes.find((code) => number.startsWith(code, 1)) ?? "";
}

export interface TraceOptions {
  seed: number;
  days: number;
  /** Honest people a day. */
  honestPerDay: number;
  /** Numbers that each attack asks for. */
  attackNumbers: number;
}

export function pumpingTrace({ seed, days, honestPerDay, attackNumbers }: TraceOptions): TraceEvent[] {
  const random = seededFraction(seed);
  const events: TraceEvent[] = [];
  const end = days * day;

  const below = (count: number) => Math.floor(random() * count);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const digits = (count: number) => Array.from({ length: count }, () => below(10)).join("");
  const add = (at: number, type: TraceEvent["type"], number: string, shape: AttackShape | null) =>
    void events.push({ at: Math.round(at), type, number, callingCode: callingCodeOf(number), shape });

  /** Blocks of ten thousand numbers that are given out, some to many people. Towns and operators make them unequal. */
  const blocks = countries.map(([callingCode, networks, length, weight]) =>
    Array.from({ length: Math.ceil(12 * weight + 8) }, () => {
      const network = pick(networks.split(" "));
      return `+${callingCode}${network}${digits(length - network.length - 4)}`;
    }),
  );
  const numberIn = (country: number): string => {
    const given = blocks[country] as string[];
    return given[Math.floor(given.length * random() ** 2)] + digits(4);
  };
  let weightTotal = 0;
  const sums = countries.map(([, , , weight]) => {
    weightTotal += weight;
    return weightTotal;
  });
  const anyCountry = (): number => {
    const share = random() * weightTotal;
    return sums.findIndex((sum) => share < sum);
  };

  /** Starts, reads the code after half a minute or so, or gives up; one in seven asks for it again. */
  function person(at: number, number: string, conversion: number): void {
    add(at, "start", number, null);
    const delay = Math.min(25 * second * Math.exp(1.1 * gaussian()), 9 * minute);
    const isApproved = random() < conversion;
    let asked = 0;
    for (let again = isApproved ? 0.1 : 0.35; asked < 4 && random() < again; again = 0.3) {
      asked += 1;
      add(at + asked * (35 + 50 * random()) * second, "again", number, null);
    }
    if (isApproved) add(at + delay + asked * 30 * second, "approve", number, null);
  }
  const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

  for (let index = 0; index < honestPerDay * days; index += 1) {
    const country = anyCountry();
    // People sleep.
    let at = random() * end;
    while (random() > 0.55 + 0.45 * Math.sin((at / day) * 2 * Math.PI)) at = random() * end;
    const conversion = countries[country]?.[4] ?? 0;
    // Messages of one network arrive hardly at all for half an hour, once a day and in another country each time.
    const outage = [9, 6, 8, 13][Math.floor(at / day) % 4];
    const isOut = country === outage && at % day > 10 * hour && at % day < 10.5 * hour;
    person(at, numberIn(country), isOut ? 0.1 : conversion);
  }
  // A product is launched: a tenth of a day's people within twenty minutes, half of them in one country.
  for (let index = 0; index < honestPerDay / 10; index += 1) {
    const country = random() < 0.5 ? 2 : anyCountry();
    person(1.2 * hour + random() * 20 * minute, numberIn(country), countries[country]?.[4] ?? 0);
  }
  // People at an event in one town, whose numbers are of four blocks.
  const town = (blocks[0] as string[]).slice(0, 4);
  for (let index = 0; index < honestPerDay / 100; index += 1) {
    person(20 * hour + random() * 15 * minute, pick(town) + digits(4), 0.8);
  }

  /** Ranges of so many numbers that the attacker has a share in. */
  const ranges = (callingCodes: string[], count: number, free: number): string[] =>
    Array.from({ length: count }, (_, index) => {
      const [code, networks, length] = countries.find(
        ([each]) => each === callingCodes[index % callingCodes.length],
      ) as Country;
      const network = pick(networks.split(" "));
      return `+${code}${network}${digits(length - network.length - free)}`;
    });
  const attack = (
    shape: AttackShape,
    [from, hours]: [from: number, hours: number],
    number: (index: number) => string,
    { count = attackNumbers, approved = 0, again = 0.05 } = {},
  ) => {
    const length = Math.min(hours * hour, end - from * hour);
    for (let index = 0; index < count; index += 1) {
      const at = from * hour + ((index + random()) / count) * length;
      const each = number(index);
      add(at, "start", each, shape);
      if (random() < again) add(at + 40 * second, "again", each, shape);
      if (random() < approved) add(at + 20 * second * (1 + random()), "approve", each, shape);
    }
  };
  const of = (some: string[], free: number) => () => pick(some) + digits(free);

  attack("one range, fast", [2, 1.5], of(ranges(["994"], 1, 4), 4));
  attack("many ranges of a country, slowly", [5, 60], of(ranges(["998"], 40, 3), 3));
  const [first] = ranges(["223"], 1, 5) as [string];
  attack("numbers in sequence", [8, 3], (index) => first + String(index % 100_000).padStart(5, "0"));
  attack("several countries", [12, 20], of(ranges(["251", "94", "216", "92", "63", "20"], 36, 4), 4));
  attack("with faked approvals", [15, 8], of(ranges(["213", "880"], 6, 4), 4), { approved: 0.15 });
  const few = Array.from({ length: Math.ceil(attackNumbers / 20) }, of(ranges(["234"], 4, 4), 4));
  attack("the same numbers again and again", [18, 12], () => pick(few), { again: 0.8 });
  attack("anywhere in a network", [3, 20], () => `+9476${digits(7)}`);

  return events.sort((a, b) => a.at - b.at);
}
