/** A span as a collector reads it. Ids are hexadecimal; a parent's is empty for the first of a trace. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  /** 2 for a server's, 3 for a client's. */
  kind: number;
  attributes: Record<string, unknown>;
  /** 2 for an error. */
  status: number;
  /** Of who sent it. */
  resource: Record<string, unknown>;
}

/** Reads a request to export traces, as `ExportTraceServiceRequest` of opentelemetry-proto, or its JSON, has it. */
export function readTraces(type: string | undefined, bytes: Buffer): ReceivedSpan[] {
  return type === "application/json" ? readJson(JSON.parse(bytes.toString())) : readProtobuf(bytes);
}

interface JsonSpan extends Omit<ReceivedSpan, "attributes" | "status" | "resource"> {
  attributes: JsonAttribute[];
  status: { code?: number };
}
interface JsonAttribute {
  key: string;
  value: Record<string, unknown>;
}
interface JsonRequest {
  resourceSpans: { resource: { attributes: JsonAttribute[] }; scopeSpans: { spans: JsonSpan[] }[] }[];
}

function readJson({ resourceSpans }: JsonRequest): ReceivedSpan[] {
  const attributesOf = (list: JsonAttribute[]) =>
    Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]));
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans
      .flatMap(({ spans }) => spans)
      .map(({ traceId, spanId, parentSpanId = "", name, kind, attributes, status }) => ({
        ...{ traceId, spanId, parentSpanId, name, kind },
        attributes: attributesOf(attributes),
        status: status.code ?? 0,
        resource: attributesOf(resource.attributes),
      })),
  );
}

/** The numbers are those of the fields in trace.proto, common.proto and resource.proto. */
function readProtobuf(bytes: Buffer): ReceivedSpan[] {
  return parts(bytes, 1).flatMap((resourceSpans) => {
    const resource = attributesOf(parts(resourceSpans, 1)[0] ?? Buffer.alloc(0), 1);
    const spans = parts(resourceSpans, 2).flatMap((scopeSpans) => parts(scopeSpans, 2));
    return spans.map((span) => {
      const [traceId, spanId, parentSpanId] = [1, 2, 4].map((field) => parts(span, field)[0]?.toString("hex") ?? "");
      const [status] = parts(span, 15);
      return {
        ...{ traceId: traceId ?? "", spanId: spanId ?? "", parentSpanId: parentSpanId ?? "" },
        name: text(span, 5),
        kind: number(span, 6) ?? 0,
        attributes: attributesOf(span, 9),
        status: (status && number(status, 3)) ?? 0,
        resource,
      };
    });
  });
}

function attributesOf(message: Buffer, field: number): Record<string, unknown> {
  return Object.fromEntries(
    parts(message, field).map((attribute) => {
      const value = parts(attribute, 2)[0] ?? Buffer.alloc(0);
      return [text(attribute, 1), number(value, 3) ?? text(value, 1)];
    }),
  );
}

function text(message: Buffer, field: number): string {
  return parts(message, field)[0]?.toString() ?? "";
}

function parts(message: Buffer, field: number): Buffer[] {
  return fieldsOf(message).flatMap(([number, value]) => (number === field && Buffer.isBuffer(value) ? [value] : []));
}

function number(message: Buffer, field: number): number | undefined {
  return fieldsOf(message).find(([of, value]) => of === field && typeof value === "number")?.[1] as number | undefined;
}

/** The wire format of Protocol Buffers: variable and fixed numbers, and what has a length. */
function fieldsOf(message: Buffer): [field: number, value: number | Buffer][] {
  const fields: [number, number | Buffer][] = [];
  let at = 0;
  const varint = () => {
    let [value, factor, byte] = [0, 1, 0];
    do {
      byte = message[at++] ?? 0;
      value += (byte & 0x7f) * factor;
      factor *= 0x80;
    } while (byte & 0x80);
    return value;
  };
  const take = (length: number) => {
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = varint();
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    if (wire === 0) fields.push([field, varint()]);
    else if (wire === 1) fields.push([field, Number(take(8).readBigUInt64LE())]);
    else if (wire === 5) fields.push([field, take(4).readUInt32LE()]);
    else if (wire === 2) fields.push([field, take(varint())]);
    else throw new Error(`${wire} is no wire type`);
  }
  return fields;
}
