import { createPeople, day, hour, minute, type Trace } from "./pumping-people.ts";

/** What a stranger does who wants honest people to get no messages. He is paid for none of his. */
export interface Siege {
  name: string;
  /** What he is after. */
  place: string;
  /** How many last digits of somebody's number he leaves open. */
  openDigits: number;
  /** His starts in each hour of attack, and in each hour after the first until the end. */
  attack: number;
  holding: number;
  /** The hours of attack, counted from the first. */
  attackHours: readonly number[];
  hours: number;
}

export const sieges = {
  areaCode: {
    name: "holds an area code",
    place: "an area code",
    openDigits: 7,
    attack: 1000,
    holding: 100,
    attackHours: [0],
    hours: 24,
  },
  range: {
    name: "holds a range",
    place: "a range",
    openDigits: 4,
    attack: 40,
    holding: 4,
    attackHours: [0],
    hours: 24,
  },
  waking: {
    ...{
      name: "wakes an area code every 12 hours",
      place: "an area code every 12 hours",
      openDigits: 7,
      attack: 1000,
      holding: 0,
    },
    ...{ attackHours: [0, 12, 24, 36], hours: 37 },
  },
} satisfies Record<string, Siege>;

export interface Besieged extends Trace {
  /** The numbers that he is after begin so. */
  prefix: string;
  /** Of a time: before, in an hour of attack, in a later hour, within half an hour of the end, or after that. */
  phaseAt(at: number): "peace" | "attack" | "held" | "healing" | "healed";
}

const begins = 2.3 * day;

/** Four days of an area code, in which a stranger besieges a prefix from the third on. */
export function siegeTrace(siege: Siege, { seed, honestPerDay }: { seed: number; honestPerDay: number }): Besieged {
  const people = createPeople(seed);
  const { add, numberIn, random, digits } = people;
  const given = people.neighbourhood("US");
  people.live(4, honestPerDay, { code: "US", given });
  const prefix = numberIn("US", given).slice(0, -siege.openDigits);
  const strike = (fromHour: number, hours: number, starts: number) => {
    for (let index = 0; index < starts; index += 1) {
      const at = begins + (fromHour + random() * hours) * hour;
      add(at, "start", "US", prefix + digits(siege.openDigits), { attack: siege.name });
    }
  };
  for (const from of siege.attackHours) strike(from, 1, siege.attack);
  strike(1, siege.hours - 1, siege.holding * (siege.hours - 1));
  return {
    ...people.trace(),
    prefix,
    phaseAt(at) {
      const hours = (at - begins) / hour;
      if (hours < 0) return "peace";
      if (hours >= siege.hours) return hours < siege.hours + 0.5 ? "healing" : "healed";
      return siege.attackHours.includes(Math.floor(hours)) ? "attack" : "held";
    },
  };
}

/** A concert's tickets are sold: of so many buyers of one area code half come within three minutes. */
export function rushTrace({ seed, honestPerDay, buyers }: { seed: number; honestPerDay: number; buyers: number }) {
  const people = createPeople(seed);
  const given = people.neighbourhood("US");
  people.live(3, honestPerDay, { code: "US", given });
  for (let index = 0; index < buyers; index += 1) {
    const after = (-3 * minute * Math.log(1 - people.random())) / Math.LN2;
    people.person(begins + after, "US", { given, conversion: 0.8 });
  }
  const isInRush = (at: number) => at >= begins && at < begins + hour;
  return { ...people.trace(), isInRush };
}
