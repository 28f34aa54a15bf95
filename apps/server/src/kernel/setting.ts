/** What the text of a setting may be. */
export interface Kind<T> {
  /** What it must be, told after the setting's name. It never repeats the text, which may be a secret. */
  must: string;
  /** @returns undefined for a text that is wrong */
  read: (text: string) => T | undefined;
}

/** One setting: a variable of the environment, or a name in the query of an address. */
export interface Setting<T> extends Kind<T> {
  name: string;
  /** What is read where nothing is given; undefined for a setting that may be left out. */
  standard: string | undefined;
}

type Settings = Readonly<Record<string, Setting<unknown>>>;
export type Values<Declared extends Settings> = {
  [Key in keyof Declared]: Declared[Key] extends Setting<infer T> ? T : never;
};

export type Env = Readonly<Record<string, string | undefined>>;

/** @param standard what holds where nothing is given; without one it must be given, if the kind refuses an empty text */
export function setting<T>(name: string, kind: Kind<T>, standard = ""): Setting<T> {
  return { name, ...kind, standard };
}

/** A setting that nothing stands for where it is not given. */
export function optional<T>(name: string, kind: Kind<T>): Setting<T | undefined> {
  return { name, ...kind, standard: undefined };
}

/**
 * Reads variables of the environment.
 * @returns values that count if there is no problem, and every problem, each with the name of its variable and never with
 * its value
 */
export function readEnv<Declared extends Settings>(env: Env, declared: Declared) {
  const { values, faults } = readSettings(declared, (name) => env[name]);
  return { values, problems: faults.map((fault) => `${fault}.`) };
}

/**
 * Reads the query of an address, which has no other names.
 * @param whose told before "no such setting"
 * @throws Error with one line that says what is wrong, and repeats nothing that was given: that may be a secret
 */
export function readQuery<Declared extends Settings>(
  query: URLSearchParams,
  declared: Declared,
  whose = "there is",
): Values<Declared> {
  const names = Object.values(declared).map(({ name }) => name);
  for (const name of query.keys()) {
    if (!names.includes(name)) throw new Error(`${whose} no such setting; there are ${names.join(", ")}`);
    if (query.getAll(name).length > 1 || query.get(name) === "") {
      throw new Error(`${name} must be given once, and not empty`);
    }
  }
  return readOrThrow(declared, (name) => query.get(name) ?? undefined);
}

/** Reads settings of whatever source. @throws Error with the first fault */
export function readOrThrow<Declared extends Settings>(
  declared: Declared,
  given: (name: string) => string | undefined,
): Values<Declared> {
  const { values, faults } = readSettings(declared, given);
  if (faults[0] !== undefined) throw new Error(faults[0]);
  return values;
}

function readSettings<Declared extends Settings>(declared: Declared, given: (name: string) => string | undefined) {
  const faults: string[] = [];
  const values = Object.entries(declared).map(([key, { name, must, read, standard }]) => {
    const text = given(name) ?? standard;
    const value = text === undefined ? undefined : read(text);
    if (text !== undefined && value === undefined) faults.push(`${name} ${must}`);
    return [key, value];
  });
  return { values: Object.fromEntries(values) as Values<Declared>, faults };
}

/** Any text that the expression fits. */
export function text(must: string, pattern: RegExp): Kind<string> {
  return { must, read: (given) => (pattern.test(given) ? given : undefined) };
}

/** Any text but an empty one. */
export const anyText: Kind<string> = { must: "is missing", read: (given) => given || undefined };

/** Where to listen: whether there is such an interface, the start tells. Empty would be every one, which nobody means. */
export const hostAddress = text("must be an address", /\S/);

/** Plain characters of ASCII, so many. */
export function plain(lengthMin: number, lengthMax: number): Kind<string> {
  return text(
    `must have ${lengthMin} to ${lengthMax} plain characters`,
    new RegExp(`^[ -~]{${lengthMin},${lengthMax}}$`),
  );
}

export function integer(min: number, max: number, must = `must be a whole number from ${min} to ${max}`): Kind<number> {
  const read = (given: string) => (/^\d{1,9}$/.test(given) ? Number(given) : Number.NaN);
  return { must, read: (given) => (read(given) >= min && read(given) <= max ? read(given) : undefined) };
}

export const port = integer(0, 65_535, "must be a port number");

export function choice<Value extends string>(...values: readonly Value[]): Kind<Value> {
  return { must: `must be ${values.join(" or ")}`, read: (given) => values.find((value) => value === given) };
}

/** True for the first of two words. */
export function flag(yes: string, no: string): Kind<boolean> {
  return { must: choice(yes, no).must, read: (given) => (given === yes || given === no ? given === yes : undefined) };
}

/** An address; what is right beside its protocol, the caller tells. */
export function address(must: string, protocol: RegExp, isRight: (url: URL) => boolean = () => true): Kind<string> {
  const read = (given: string) => {
    const url = URL.canParse(given) ? new URL(given) : undefined;
    return url && protocol.test(url.protocol) && isRight(url) ? given : undefined;
  };
  return { must, read };
}

/** An address that others are made from by going on where it ends. */
export const baseUrl = address(
  "must be http(s)://host or http(s)://host/path",
  /^https?:$/,
  ({ href, username, password }) => !/[?#]/.test(href) && username + password === "",
);

/** Where browsers and programs find a server: without a path, and this machine's without TLS, too. */
export const origin = address(
  "must be https://host, without a path, or http://localhost:port",
  /^https?:$/,
  ({ protocol, hostname, pathname, search, hash, username, password }) =>
    (protocol === "https:" || hostname === "localhost") && pathname + search + hash + username + password === "/",
);

/** Several with spaces between, or none. */
export function list<T>(must: string, readOne: (word: string) => T | undefined): Kind<T[]> {
  const read = (given: string) => {
    const values = given.split(/\s+/).flatMap((word) => (word === "" ? [] : [readOne(word)]));
    const right = values.filter((value) => value !== undefined);
    return right.length === values.length ? right : undefined;
  };
  return { must, read };
}
