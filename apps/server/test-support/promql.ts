import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";

/** What a query asks of one figure. */
export interface Asked {
  metric: string;
  /** Its matchers, and by which labels it is grouped. */
  labels: { name: string; isMatch?: (value: string) => boolean }[];
}

/** Every figure that a query asks for. @throws Error for what is no PromQL */
export function askedBy(query: string): Asked[] {
  const asked: Asked[] = [];
  const textOf = ({ from, to }: { from: number; to: number }) => query.slice(from, to);
  const below = (node: SyntaxNode, name: string): SyntaxNode[] => {
    const found: SyntaxNode[] = [];
    node.cursor().iterate((each) => void (each.name === name && found.push(each.node)));
    return found;
  };
  const walk = (node: SyntaxNode, groups: string[]): void => {
    if (node.type.isError) throw new Error(`no PromQL at ${node.from}: ${query}`);
    if (node.name === "VectorSelector") {
      const matchers = below(node, "UnquotedLabelMatcher").map((matcher) => {
        const [name = "", operator = "", text = '""'] = childrenOf(matcher).map(textOf);
        const value = JSON.parse(text) as string;
        const pattern = operator.includes("~")
          ? new RegExp(`^(${value})$`)
          : { test: (given: string) => given === value };
        return { name, isMatch: (given: string) => pattern.test(given) };
      });
      const [metric = ""] = below(node, "Identifier").map(textOf);
      asked.push({ metric, labels: [...matchers, ...groups.map((name) => ({ name }))] });
      return;
    }
    const [modifier] = node.name === "AggregateExpr" ? node.getChildren("AggregateModifier") : [];
    const inner = modifier ? below(modifier, "LabelName").map(textOf) : groups;
    for (const child of childrenOf(node)) walk(child, inner);
  };
  walk(parser.parse(query).topNode, []);
  return asked;
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}
