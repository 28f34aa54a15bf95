/** What a template may call; the first value is what it is called with, as in Go's `text/template`. */
export type Functions = Record<string, (...given: unknown[]) => unknown>;

type Node =
  | { kind: "text"; text: string }
  | { kind: "print"; words: string }
  | { kind: "if" | "with" | "range"; words: string; body: Node[]; otherwise: Node[] };

/**
 * The part of Go's `text/template` that the chart is written in: `if`, `else`, `with`, `range`, `define` and `include`,
 * pipelines, parentheses, and fields. Whatever else there is it refuses, so that no test passes by what Helm reads otherwise.
 */
export function createTemplates(functions: Functions) {
  const defined = new Map<string, Node[]>();
  const all: Functions = {
    ...functions,
    include: (name, dot) => run(known(String(name)), { dot, root: dot, names: {} }),
  };

  function known(name: string): Node[] {
    const body = defined.get(name);
    if (!body) throw new Error(`no template is called ${name}`);
    return body;
  }

  function run(nodes: Node[], scope: Scope): string {
    return nodes.map((node) => runOne(node, scope)).join("");
  }

  function runOne(node: Node, scope: Scope): string {
    if (node.kind === "text") return node.text;
    if (node.kind === "print") return textOf(evaluate(node.words, scope, all));
    if (node.kind === "range") return runRange(node, scope);
    const value = evaluate(node.words, scope, all);
    if (!isTrue(value)) return run(node.otherwise, scope);
    return run(node.body, node.kind === "with" ? { ...scope, dot: value } : scope);
  }

  function runRange({ words, body }: { words: string; body: Node[] }, scope: Scope): string {
    const [, first, second, over = words] = /^\$(\w+)(?:, \$(\w+))? := (.*)$/.exec(words) ?? [];
    const values = evaluate(over, scope, all) ?? {};
    // Go goes through a map in the order of its keys.
    const entries = Array.isArray(values)
      ? [...values.entries()]
      : Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
    return entries
      .map(([key, value]) => {
        const named = second ? { [first ?? ""]: key, [second]: value } : first ? { [first]: value } : {};
        return run(body, { ...scope, dot: value, names: { ...scope.names, ...named } });
      })
      .join("");
  }

  return {
    /** Keeps what the text defines. @returns what is left of it, as a function of what it is rendered with */
    read(text: string): (dot: unknown) => string {
      const nodes = parse(text, defined);
      return (dot) => run(nodes, { dot, root: dot, names: {} });
    },
  };
}

interface Scope {
  dot: unknown;
  root: unknown;
  names: Record<string, unknown>;
}

function parse(text: string, defined: Map<string, Node[]>): Node[] {
  // A dash takes away the blanks on its side.
  const trimmed = text.replace(/\s*\{\{- /g, "{{ ").replace(/ -\}\}\s*/g, " }}");
  const parts = trimmed.split(/\{\{\s*(.*?)\s*\}\}/s);
  const top: Node[] = [];
  const open: { nodes: Node[]; node?: Exclude<Node, { kind: "text" | "print" }>; name?: string }[] = [{ nodes: top }];
  for (const [index, part] of parts.entries()) {
    const block = open.at(-1);
    if (!block) throw new Error("an end too many");
    const [word = "", rest = ""] = part.split(/ (.*)/s);
    if (index % 2 === 0) block.nodes.push({ kind: "text", text: part });
    else if (word === "if" || word === "with" || word === "range") {
      const node = { kind: word, words: rest, body: [], otherwise: [] } satisfies Node;
      block.nodes.push(node);
      open.push({ nodes: node.body, node });
    } else if (word === "define") open.push({ nodes: [], name: JSON.parse(rest) });
    else if (part === "else" && block.node) block.nodes = block.node.otherwise;
    else if (part === "end") {
      if (block.name !== undefined) defined.set(block.name, block.nodes);
      open.pop();
    } else if (!/^(\/\*.*\*\/)$/s.test(part)) block.nodes.push({ kind: "print", words: part });
  }
  if (open.length !== 1) throw new Error("an end is missing");
  return top;
}

/** Runs a pipeline: what comes out of one call is the last thing that the next is given. */
function evaluate(words: string, scope: Scope, functions: Functions): unknown {
  const tokens = words.match(/"(?:[^"\\]|\\.)*"|[()|]|[^\s()|"]+/g) ?? [];
  let at = 0;
  const pipeline = (): unknown => {
    let given: unknown[] = [];
    for (;;) {
      const terms: (() => unknown)[] = [];
      const [first = ""] = tokens.slice(at, at + 1);
      const isCall = /^[a-z]\w*$/i.test(first) && !/^(true|false)$/.test(first);
      if (isCall) at += 1;
      while (at < tokens.length && tokens[at] !== "|" && tokens[at] !== ")") terms.push(term());
      const values = [...terms.map((value) => value()), ...given];
      const call = functions[first];
      if (isCall && !call) throw new Error(`no function is called ${first}`);
      if (!isCall && values.length !== 1) throw new Error(`not one value: ${words}`);
      const result = isCall ? call?.(...values) : values[0];
      if (tokens[at] !== "|") return result;
      at += 1;
      given = [result];
    }
  };
  const term = (): (() => unknown) => {
    const token = tokens[at] ?? "";
    at += 1;
    if (token !== "(") return () => wordOf(token, scope);
    const value = pipeline();
    if (tokens[at] !== ")") throw new Error(`a parenthesis is open: ${words}`);
    at += 1;
    return () => value;
  };
  // `.Files.Get "name"` is the one method.
  const method = /^(\$?)\.Files\.Get$/.exec(tokens[0] ?? "");
  if (method) tokens.splice(0, 1, "fileOf");
  const value = pipeline();
  if (at !== tokens.length) throw new Error(`too much in ${words}`);
  return value;
}

function wordOf(token: string, { dot, root, names }: Scope): unknown {
  if (token.startsWith('"')) return JSON.parse(token);
  if (/^-?\d+$/.test(token)) return Number(token);
  if (token === "true" || token === "false") return token === "true";
  const [, start = "", path = ""] = /^(\$\w*|)((?:\.\w*)*)$/.exec(token) ?? [undefined, "?"];
  if (start === "?") throw new Error(`what is ${token}?`);
  const from = start === "" ? dot : start === "$" ? root : names[start.slice(1)];
  const fields = path.split(".").filter((name) => name !== "");
  return fields.reduce<unknown>((value, name) => {
    if (typeof value !== "object" || value === null) throw new Error(`nothing has ${token}`);
    return (value as Record<string, unknown>)[name];
  }, from);
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) throw new Error("there is no value to print");
  if (typeof value === "object") throw new Error("a map or a list is no text");
  return String(value);
}

/** As Go has it: what is empty is false. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}
