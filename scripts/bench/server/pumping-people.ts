import { seededFraction } from "./seeded.ts";

/** What happens to a service in the replay: starts, re-sends, and approvals of what was started. */
export interface TraceEvent {
  at: number;
  type: "start" | "again" | "approve";
  number: string;
  callingCode: string;
  country: CountryCode;
  /** The address of the device, where the service tells it. */
  client: string | undefined;
  /** Whoever is no honest person: the attack that it is part of. */
  attack: string | null;
}

export interface Trace {
  /** In order of time. */
  events: TraceEvent[];
  /** Numbers that were approved within the thirty days before. */
  known: ReadonlySet<string>;
}

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A country as the service sees it. The share is of all people; the conversion, how many of its starts are approved. */
const countries = {
  US: {
    callingCode: "1",
    networks: "212 310 415 512 617 702 818 305 404 206",
    digits: 10,
    share: 22,
    conversion: 0.82,
  },
  GB: { callingCode: "44", networks: "7400 7500 7700 7800 7900", digits: 10, share: 10, conversion: 0.83 },
  DE: { callingCode: "49", networks: "151 152 157 160 170 176", digits: 11, share: 9, conversion: 0.84 },
  FR: { callingCode: "33", networks: "61 62 66 67 75", digits: 9, share: 7, conversion: 0.83 },
  IT: { callingCode: "39", networks: "320 333 340 347 391", digits: 10, share: 5, conversion: 0.8 },
  ES: { callingCode: "34", networks: "60 61 65 66", digits: 9, share: 5, conversion: 0.81 },
  BR: { callingCode: "55", networks: "119 219 319 419", digits: 11, share: 6, conversion: 0.76 },
  MX: { callingCode: "52", networks: "155 133 181", digits: 10, share: 4, conversion: 0.74 },
  IN: { callingCode: "91", networks: "70 80 90 98 99", digits: 10, share: 8, conversion: 0.7 },
  ID: { callingCode: "62", networks: "812 813 857 878", digits: 11, share: 4, conversion: 0.66 },
  PH: { callingCode: "63", networks: "905 917 928", digits: 10, share: 3, conversion: 0.65 },
  VN: { callingCode: "84", networks: "32 70 90 98", digits: 9, share: 2, conversion: 0.66 },
  PL: { callingCode: "48", networks: "50 60 78", digits: 9, share: 3, conversion: 0.82 },
  NL: { callingCode: "31", networks: "61 62 64", digits: 9, share: 2, conversion: 0.83 },
  TR: { callingCode: "90", networks: "532 542 555", digits: 10, share: 3, conversion: 0.72 },
  EG: { callingCode: "20", networks: "10 11 12", digits: 10, share: 2, conversion: 0.62 },
  NG: { callingCode: "234", networks: "803 806 813", digits: 10, share: 2, conversion: 0.6 },
  PK: { callingCode: "92", networks: "300 321 345", digits: 10, share: 2, conversion: 0.45 },
  BD: { callingCode: "880", networks: "171 181 191", digits: 10, share: 1, conversion: 0.4 },
  DZ: { callingCode: "213", networks: "55 66 77", digits: 9, share: 1, conversion: 0.38 },
  UZ: { callingCode: "998", networks: "90 93 97", digits: 9, share: 0.7, conversion: 0.6 },
  AZ: { callingCode: "994", networks: "50 55 70", digits: 9, share: 0.5, conversion: 0.6 },
  ET: { callingCode: "251", networks: "91 92", digits: 9, share: 0.4, conversion: 0.5 },
  ML: { callingCode: "223", networks: "66 76", digits: 8, share: 0.2, conversion: 0.5 },
  LK: { callingCode: "94", networks: "71 77", digits: 9, share: 0.7, conversion: 0.64 },
  TN: { callingCode: "216", networks: "20 50 98", digits: 8, share: 0.5, conversion: 0.62 },
} as const;

export type CountryCode = keyof typeof countries;
const codes = Object.keys(countries) as CountryCode[];
/** Of each country, and of all before it. */
const shares = codes.map((_, index) => codes.slice(0, index + 1).reduce((sum, code) => sum + countries[code].share, 0));
const shareTotal = shares.at(-1) ?? 0;

/** A little less than half of the starts come from people whom the service approved within thirty days. */
const knownShare = 0.47;
/** A little less than a third tell the address of the device. */
const clientShare = 0.3;
/** So many people have a number of ten thousand of which hardly anybody else of the service has one. */
const straggling = 0.04;

export type People = ReturnType<typeof createPeople>;

/** The people of one service: their numbers, and what they do. The same seed makes the same ones. */
export function createPeople(seed: number) {
  const random = seededFraction(seed);
  const events: TraceEvent[] = [];
  const known = new Set<string>();
  const below = (count: number) => Math.floor(random() * count);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const digits = (count: number) => Array.from({ length: count }, () => below(10)).join("");
  const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const address = () => [198, 18 + below(2), below(256), below(256)].join(".");

  /** The beginning of a number, whose last digits are open. */
  function range(code: CountryCode, open: number, network = pick(countries[code].networks.split(" "))): string {
    return `+${countries[code].callingCode}${network}${digits(countries[code].digits - network.length - open)}`;
  }

  /** Ten thousand numbers each that are given out, some to many people: towns and operators make them unequal. */
  const blocks = Object.fromEntries(
    codes.map((code) => [
      code,
      Array.from({ length: Math.ceil(24 * countries[code].share + 16) }, () => range(code, 4)),
    ]),
  ) as Record<CountryCode, string[]>;

  function add(
    at: number,
    type: TraceEvent["type"],
    country: CountryCode,
    number: string,
    { client, attack }: { client?: string | undefined; attack?: string } = {},
  ): void {
    const { callingCode } = countries[country];
    events.push({ at: Math.round(at), type, number, callingCode, country, client, attack: attack ?? null });
  }

  /** The blocks of one area code or network. */
  function neighbourhood(code: CountryCode, network = pick(countries[code].networks.split(" "))): string[] {
    return blocks[code].filter((block) => block.startsWith(`+${countries[code].callingCode}${network}`));
  }

  /** The number of somebody who uses the service. @param given of which blocks */
  function numberIn(code: CountryCode, given: readonly string[] = blocks[code]): string {
    const block = given[Math.floor(given.length * random() ** 2)] as string;
    const network = countries[code].networks
      .split(" ")
      .find((each) => block.startsWith(each, countries[code].callingCode.length + 1));
    return (random() < straggling ? range(code, 4, network) : block) + digits(4);
  }

  function anyCountry(): CountryCode {
    const share = random() * shareTotal;
    return codes.find((_, index) => share < (shares[index] ?? 0)) ?? "US";
  }

  /** Starts, reads the code after half a minute or so, or gives up; one in seven asks for it again. */
  function person(
    at: number,
    code: CountryCode,
    {
      conversion = countries[code].conversion,
      given = blocks[code],
    }: { conversion?: number; given?: readonly string[] } = {},
  ): void {
    const number = numberIn(code, given);
    const more = random() < clientShare ? { client: address() } : {};
    if (random() < knownShare) known.add(number);
    add(at, "start", code, number, more);
    const delay = Math.min(25 * second * Math.exp(1.1 * gaussian()), 9 * minute);
    const isApproved = random() < conversion;
    let asked = 0;
    for (let again = isApproved ? 0.1 : 0.35; asked < 4 && random() < again; again = 0.3) {
      asked += 1;
      add(at + asked * (35 + 50 * random()) * second, "again", code, number, more);
    }
    if (isApproved) add(at + delay + asked * 30 * second, "approve", code, number);
  }

  /** Days of a service, whose people sleep at night. @param given the blocks of all of them, which are of one country */
  function live(days: number, perDay: number, given?: { code: CountryCode; given: readonly string[] }): void {
    for (let index = 0; index < perDay * days; index += 1) {
      const code = given?.code ?? anyCountry();
      let at = random() * days * day;
      while (random() > 0.55 + 0.45 * Math.sin((at / day) * 2 * Math.PI)) at = random() * days * day;
      // Messages of one network arrive hardly at all for half an hour, once a day and in another country each time.
      const outage = (["ID", "BR", "IN", "AZ"] as const)[Math.floor(at / day) % 4];
      const isOut = code === outage && at % day > 10 * hour && at % day < 10.5 * hour;
      person(at, code, { ...given, ...(isOut && { conversion: 0.1 }) });
    }
  }

  const trace = (): Trace => ({ events: events.sort((a, b) => a.at - b.at), known });
  return { random, pick, digits, add, range, blocks, neighbourhood, numberIn, anyCountry, person, live, trace };
}
