import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import ts from "typescript";

/** Loads the server's sources with a note at the beginning of each function: of which file it is, and its name. */
export async function load(url, context, nextLoad) {
  const file = /\/apps\/server\/src\/(.*\.ts)$/.exec(url)?.[1];
  if (!file || file.endsWith(".test.ts")) return nextLoad(url, context);
  const source = noted(file, await readFile(fileURLToPath(url), "utf8"));
  const { code } = await transform(source, { loader: "ts", format: "esm", target: "node20" });
  return { format: "module", source: code, shortCircuit: true };
}

function noted(file, text) {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const insertions = [];
  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body) {
      const note = `globalThis.wayNote?.(${JSON.stringify(file)}, ${JSON.stringify(nameOf(node))})`;
      const { body } = node;
      if (ts.isBlock(body)) insertions.push([body.getStart() + 1, `${note};`]);
      else insertions.push([body.getStart(), `(${note}, `], [body.end, ")"]);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  // Of two at one place, the inner function's comes first at its end and last at its beginning.
  insertions.sort(([a], [b]) => b - a);
  return insertions.reduce((before, [at, note]) => before.slice(0, at) + note + before.slice(at), text);
}

/** A function without a name of its own has that of what it is given to, or nothing. */
function nameOf(node) {
  if (node.name) return node.name.getText();
  const { parent } = node;
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) ? parent.name.getText() : "";
}
