/** The catalogue's schemas, made when a client first asks for tools; the introduction of a server needs none of them. */
import { type AdvertisedTool, advertise, fullInput } from "./advertise.ts";
import { type Calling, callTool } from "./call.ts";
import { lazily } from "./lazily.ts";
import type { Content, Tool } from "./tool.ts";

export interface Calls {
  advertised(): AdvertisedTool[];
  /** Of a tool that there is. */
  call(name: string, given: Record<string, unknown>, calling: Calling): Promise<Record<string, unknown>>;
  /** What such a tool shows beside its answer. */
  contentOf(name: string, answer: Record<string, unknown>): readonly Content[];
}

export function createCalls(tools: readonly Tool[]): Calls {
  const advertised = lazily(() => tools.map(advertise));
  const entries = new Map(
    tools.map((tool, index) => [
      tool.name,
      { tool, input: lazily(() => fullInput(tool)), inputSchema: () => advertised()[index]!.inputSchema },
    ]),
  );
  return {
    advertised,
    call: (name, given, calling) => callTool(entries.get(name)!, given, calling),
    contentOf: (name, answer) => entries.get(name)!.tool.content?.(answer) ?? [],
  };
}
