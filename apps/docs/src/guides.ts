import { type OpenApiDocument, type Operation, operationsOf, type Parameter } from "@countersign/document";

/** A text of spec/guides, as the document carries it, with the operations that it belongs to. */
export interface Guide {
  /** As its file is called, without the ending. */
  name: string;
  /** The document's tag; the overview has none. */
  tag?: string;
  title: string;
  markdown: string;
  operations: ShownOperation[];
}

/** A group of the contents. */
export interface GuideGroup {
  title: string;
  guides: Guide[];
}

/** An operation, or what a server posts, with the place where it is written. */
export interface ShownOperation {
  operation: Operation;
  method: string;
  /** The path; of what a server posts, its name. */
  path: string;
  parameters: Parameter[];
  isPosted: boolean;
  /** The name of the guide that it belongs to. */
  guide: string;
}

/** The parts of a tag that only readers need. */
type ShownTag = OpenApiDocument["tags"][number] & { "x-displayName"?: string };

/**
 * Every guide in the groups that the document puts its tags into, the overview first.
 * @param names the names of the guides' files by their tags
 */
export function guideGroups(document: OpenApiDocument, names: Record<string, string>): GuideGroup[] {
  const operations = shownOperations(document);
  const guideOf = (tag: string): Guide => {
    const { description = "", ...shown }: ShownTag = document.tags.find(({ name }) => name === tag) ?? { name: tag };
    const name = names[tag];
    if (!name) throw new Error(`The tag ${tag} has no guide`);
    const own = operations.filter(({ operation }) => operation.tags?.includes(tag));
    const title = shown["x-displayName"] ?? tag;
    return { name, tag, title, markdown: description, operations: own.map((each) => ({ ...each, guide: name })) };
  };
  const { "x-tagGroups": groups } = document as unknown as { "x-tagGroups": { name: string; tags: string[] }[] };
  const overview = { name: "overview", title: "Overview", markdown: document.info.description ?? "", operations: [] };
  return groups.map(({ name, tags }, index) => ({
    title: name,
    guides: [...(index === 0 ? [overview] : []), ...tags.map(guideOf)],
  }));
}

/** The operations, and what a server posts, which the document keeps apart. */
function shownOperations(document: OpenApiDocument): Omit<ShownOperation, "guide">[] {
  const posted = { ...document, paths: (document.webhooks ?? {}) as OpenApiDocument["paths"] };
  return [
    ...operationsOf(document).map((placed) => ({ ...placed, isPosted: false })),
    ...operationsOf(posted).map((placed) => ({ ...placed, isPosted: true })),
  ];
}
