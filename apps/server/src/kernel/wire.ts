import { isoTime } from "./clock.ts";
import { accepted, refused } from "./refusal.ts";

/**
 * Fields of a thing as answers have them: names with underscores, and a time, as `createdAt`, as `date_created`. What is
 * not named stays inside.
 */
export function onWire<T extends object, Field extends keyof T & string>(thing: T, ...fields: Field[]) {
  const entries = fields.map((field) => {
    const event = /^(.+)At$/.exec(field)?.[1];
    const value = thing[field];
    if (event === undefined) return [snakeCase(field), value];
    return [`date_${snakeCase(event)}`, typeof value === "number" ? isoTime(value) : value];
  });
  return Object.fromEntries(entries) as OnWire<Pick<T, Field>>;
}

type OnWire<T> = {
  [Field in keyof T & string as Field extends `${infer Event}At`
    ? `date_${SnakeCase<Event>}`
    : SnakeCase<Field>]: Field extends `${string}At` ? Exclude<T[Field], number> | string : T[Field];
};

type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : Name;

/** As columns and wire have the name of a field. */
export function snakeCase(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** What was asked for, or that there is none. */
export function found<T, Body>(thing: T | undefined, bodyOf: (thing: T) => Body) {
  return thing === undefined ? refused(20404) : accepted(bodyOf(thing));
}

/** The answer of a deletion. @param wasThere whether there was something to delete */
export function gone(wasThere: boolean | undefined) {
  return wasThere ? accepted(undefined) : refused(20404);
}
