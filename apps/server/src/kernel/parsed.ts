import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type ParsedNode,
  Parser,
  parseDocument,
  type YAMLError,
} from "yaml";

/** Where something is in a file: names and indexes, outermost first. */
export type Place = readonly (string | number)[];

/** Why a text is neither JSON nor YAML that can be read. */
export interface Mistake {
  line: number;
  /** Which member it is about, if it is about one. */
  place?: Place;
  /** Without a full stop. */
  told: string;
}

/** What a text says, and the line of what is in a place, or of the nearest thing that is there. */
export interface Parsed {
  value: unknown;
  lineOf: (place: Place) => number;
}

/** Reads JSON or YAML. @returns what it says, or every mistake */
export function parse(source: string): Parsed | { mistakes: Mistake[] } {
  const tooDeep = depthMistake(source);
  if (tooDeep) return { mistakes: [tooDeep] };
  const lines = new LineCounter();
  const document = parseDocument(source, {
    ...{ lineCounter: lines, prettyErrors: false, stringKeys: true },
    // Sets, dates and the like are no JSON, and a schema finds nothing in them.
    resolveKnownTags: false,
  });
  // What is warned of is read otherwise than it is written.
  const broken = [...document.errors, ...document.warnings];
  const twice = broken.some(({ code }) => code === "DUPLICATE_KEY")
    ? repeatedNames(document.contents, lines)
    : new Map();
  const mistakes = broken.map((error) => twice.get(error.pos[0]) ?? mistakeOf(error, source, lines));
  mistakes.push(...aliasMistakes(document.contents, lines));
  if (mistakes.length > 0) return { mistakes };
  // Aliases are counted already.
  return { value: document.toJS({ maxAliasCount: -1 }), lineOf: (place) => lineOf(document, lines, place) };
}

/** More than any file of ours has use for, and less than the readers' recursion bears. */
const depthMax = 100;

function depthMistake(source: string): Mistake | undefined {
  const lines = new LineCounter();
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  for (const lexeme of new Lexer().lex(source)) {
    const line = lines.linePos(parser.offset).line;
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > depthMax) return { line, told: "lists and members are nested too deep" };
  }
  return undefined;
}

/** In the words of whoever writes a file: a library speaks to programmers. */
const words: Partial<Record<YAMLError["code"], string>> = {
  DUPLICATE_KEY: "a name is there twice",
  MULTIPLE_DOCS: "a second document begins, and a file has one",
  NON_STRING_KEY: "a name has to be a text",
};

function mistakeOf({ code, message, pos: [start, end] }: YAMLError, source: string, lines: LineCounter): Mistake {
  const { line } = lines.linePos(start);
  const tag = code === "TAG_RESOLVE_FAILED" && source.slice(start, end).trim();
  return { line, told: tag ? `there is no tag ${tag}` : (words[code] ?? message) };
}

/** Names that a map has already, by where they stand. */
function repeatedNames(node: unknown, lines: LineCounter, place: Place = [], found = new Map<number, Mistake>()) {
  if (isSeq(node))
    for (const [index, item] of node.items.entries()) repeatedNames(item, lines, [...place, index], found);
  if (!isMap(node)) return found;
  const first = new Map<unknown, number>();
  for (const { key, value } of node.items) {
    if (!isScalar(key) || !key.range) continue;
    const [offset] = key.range;
    const { line } = lines.linePos(offset);
    const at = [...place, String(key.value)];
    const before = first.get(key.value);
    if (before === undefined) first.set(key.value, line);
    else found.set(offset, { line, place: at, told: `is there twice: line ${before} has it, too` });
    repeatedNames(value, lines, at, found);
  }
  return found;
}

/** How much aliases may repeat: a few lines of them, each of which repeats the one before, are millions of things. */
const repeatedMax = 100_000;

function aliasMistakes(contents: ParsedNode | null, lines: LineCounter): Mistake[] {
  const mistakes: Mistake[] = [];
  /** How many things are in what an anchor names; nothing as long as that goes on. */
  const weights = new Map<string, number | undefined>();
  let repeated = 0;
  const weigh = (node: unknown): number => {
    if (isAlias(node)) {
      const weight = weights.get(node.source) ?? 0;
      const tell = (told: string) =>
        mistakes.push({ line: lines.linePos(node.range?.[0] ?? 0).line, told: `*${node.source} ${told}` });
      if (!weights.has(node.source)) tell("repeats what no &-name before it marks");
      else if (weight === 0) tell("repeats what it is in itself");
      else if (repeated <= repeatedMax && repeated + weight > repeatedMax) tell("repeats too much");
      repeated += weight;
      return weight;
    }
    const anchor = isScalar(node) || isCollection(node) ? node.anchor : undefined;
    if (anchor !== undefined) weights.set(anchor, undefined);
    const items: unknown[] = isCollection(node) ? node.items : [];
    const parts = items.flatMap((item) => (isPair(item) ? [item.key, item.value] : [item]));
    const weight = parts.reduce<number>((sum, part) => sum + weigh(part), 1);
    if (anchor !== undefined) weights.set(anchor, weight);
    return weight;
  };
  weigh(contents);
  return mistakes;
}

function lineOf(document: Document, lines: LineCounter, place: Place): number {
  for (let length = place.length; length >= 0; length--) {
    const node = document.getIn(place.slice(0, length), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
