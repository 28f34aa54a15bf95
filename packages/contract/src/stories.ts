import workflows from "@countersign/spec/workflows.json" with { type: "json" };
import type { Draft } from "./draft.ts";
import type { Read, Session } from "./session.ts";

/** A story of the document: an Arazzo workflow, as far as the document's own use its language. */
export interface Story {
  workflowId: string;
  summary: string;
  parameters?: StoryParameter[];
  steps: StoryStep[];
}

interface StoryStep {
  stepId: string;
  operationId: string;
  parameters?: StoryParameter[];
  requestBody?: { contentType?: string; payload: Record<string, unknown> };
  successCriteria?: { condition: string }[];
  outputs?: Record<string, string>;
}

interface StoryParameter {
  name: string;
  in: string;
  value: unknown;
}

export const stories: Story[] = (workflows as { workflows: Story[] }[]).flatMap((document) => document.workflows);

/**
 * Tells a story.
 * @param own what stands for parameters of these names, in place of what the story has.
 */
export async function tellStory(session: Session, story: Story, own: Record<string, string>): Promise<string[]> {
  const outputs: Record<string, string> = {};
  for (const step of story.steps) {
    const draft = draftOf([...(story.parameters ?? []), ...(step.parameters ?? [])], step, outputs);
    const ofForm = Object.entries(own).filter(([name]) => draft.form && name in draft.form);
    const form = { ...draft.form, ...Object.fromEntries(ofForm) };
    const whole = { ...draft, form, path: { ...draft.path, ...own } };
    const read = await session.call(step.operationId, step.stepId, whole, "any");
    const broken = (step.successCriteria ?? []).filter(({ condition }) => !holds(condition, read));
    // Whatever follows would fail for the same reason.
    if (broken.length > 0) return broken.map(({ condition }) => `${step.stepId}: not ${shown(condition, read)}`);
    for (const [name, expression] of Object.entries(step.outputs ?? {})) {
      outputs[`$steps.${step.stepId}.outputs.${name}`] = String(valueAt(expression, read));
    }
  }
  return [];
}

function draftOf(parameters: StoryParameter[], { requestBody }: StoryStep, outputs: Record<string, string>): Draft {
  const texts = (values: (readonly [name: string, value: unknown])[]) =>
    Object.fromEntries(values.map(([name, value]) => [name, outputs[String(value)] ?? String(value)]));
  const textsIn = (place: string) =>
    texts(parameters.flatMap((parameter) => (parameter.in === place ? [[parameter.name, parameter.value]] : [])));
  const { contentType, payload = {} } = requestBody ?? {};
  const body = contentType === "application/json" ? { json: payload } : { form: texts(Object.entries(payload)) };
  return { path: textsIn("path"), query: textsIn("query"), ...body };
}

/** @throws Error for a condition that is more than one comparison. */
function holds(condition: string, read: Read): boolean {
  const [, expression = "", operand = ""] = /^(\S+) == (.+)$/.exec(condition) ?? [];
  if (!expression) throw new Error(`The condition ${condition} is not understood`);
  const text = /^'(.*)'$/.exec(operand)?.[1];
  return valueAt(expression, read) === (text ?? JSON.parse(operand));
}

function shown(condition: string, read: Read): string {
  const [expression = ""] = condition.split(" ");
  return `${condition}, but ${JSON.stringify(valueAt(expression, read))}`;
}

function valueAt(expression: string, { status, body }: Read): unknown {
  if (expression === "$statusCode") return status;
  const pointer = /^\$response\.body#\/(.+)$/.exec(expression)?.[1];
  if (pointer === undefined) throw new Error(`The expression ${expression} is not understood`);
  return pointer.split("/").reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], body);
}
