import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import ts from "typescript";

/** Loads the server's sources with a note at the beginning of each function: of which file it is, its name, what it does. */
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
  const firstSaid = sentenceOf(/\/\*\*((?:(?!\*\/).)*)\*\/\nexport (?:async )?function/s.exec(text)?.[1] ?? "");
  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body) {
      const told = [file, nameOf(node), saidOf(node) || firstSaid].map((text) => JSON.stringify(text)).join(", ");
      const note = `globalThis.wayNote?.(${told})`;
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

/** The first sentence of its docstring, or of that of the function around it. */
function saidOf(node) {
  const [said] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  if (said) return sentenceOf(ts.getTextOfJSDocComment(said.comment) ?? "");
  const around = ts.findAncestor(node.parent, ts.isFunctionLike);
  return around ? saidOf(around) : "";
}

function sentenceOf(text) {
  const line = text.replaceAll(/\n\s*\*?\s*/g, " ").trim();
  return line.split(/(?<=\.)\s|\s@/)[0].replace(/\.$/, "");
}
