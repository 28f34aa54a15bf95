import { clientSample } from "@countersign/docs/samples/client";
import { curlSample } from "@countersign/docs/samples/curl";
import { sdkSample } from "@countersign/docs/samples/sdk";
import type { FormOperation } from "../../document-part.ts";
import { Block } from "../components/block.tsx";
import { Copy } from "../components/copy.tsx";
import { Tabs } from "../components/tabs.tsx";
import { sampleOf, type Values } from "./request.ts";

interface Props {
  operation: FormOperation;
  values: Values;
  serviceSid: string;
  baseUrl: string;
}

/** The call of the form as programs make it, written by what writes the docs' samples. */
export function CodeSamples({ operation, values, serviceSid, baseUrl }: Props) {
  const request = sampleOf(operation, { values, ServiceSid: serviceSid, baseUrl });
  const samples = [
    ["curl", curlSample(request)],
    ["Our client", clientSample(request)],
    ["Official SDK", sdkSample(request)],
  ] as const;
  return (
    <Tabs
      label="The same call by a program"
      tabs={samples.map(([name, text]) => [
        name,
        () => (
          <div class="sample">
            <Block label={name} text={text} />
            <Copy text={text} what={name} label="Copy" />
          </div>
        ),
      ])}
    />
  );
}
