/** What a server offers beside its tools, known at `initialize` without loading any of it. */
import type { PromptCatalogue } from "./prompt.ts";
import type { ToolHead } from "./tool.ts";
import type { Toolset } from "./toolsets.ts";

/** By capability. */
const METHODS = {
  prompts: ["prompts/list", "prompts/get"],
  resources: [
    "resources/list",
    "resources/templates/list",
    "resources/read",
    "resources/subscribe",
    "resources/unsubscribe",
  ],
  completions: ["completion/complete"],
} as const;

type Capability = keyof typeof METHODS;

export type Method = (typeof METHODS)[Capability][number];

interface Offer {
  capabilities: {
    prompts?: Record<string, never>;
    resources?: { subscribe: true; listChanged: true };
    completions?: Record<string, never>;
  };
  /** What can be asked for then. */
  methods: Method[];
  /** Names of prompts. */
  prompts: string[];
}

/** Prompts where all the tools that they need are offered, resources beside the tools of `planning`. */
export function offerBeside(tools: readonly ToolHead[], catalogue?: PromptCatalogue): Offer {
  const heads = Object.entries(catalogue?.needs ?? {}).map(([name, needs]) => ({ name, needs }));
  const prompts = selectPrompts(heads, tools).map(({ name }) => name);
  const hasResources = tools.some(({ toolset = "planning" }) => toolset === "planning");
  const capabilities: Offer["capabilities"] = {
    ...(prompts.length > 0 && { prompts: {} }),
    ...(hasResources && { resources: { subscribe: true, listChanged: true } }),
    ...((prompts.length > 0 || hasResources) && { completions: {} }),
  };
  const methods = (Object.keys(capabilities) as Capability[]).flatMap((name) => METHODS[name]);
  return { capabilities, methods, prompts };
}

/** Only those whose tools are all offered. */
export function selectPrompts<Head extends { needs: readonly string[] }>(
  prompts: readonly Head[],
  tools: readonly { name: string }[],
): Head[] {
  const offered = new Set(tools.map(({ name }) => name));
  return prompts.filter(({ needs }) => needs.every((tool) => offered.has(tool)));
}

/** The part of a catalogue that the command line asks for, in the catalogue's order. */
export function selectTools<Head extends ToolHead>(
  tools: readonly Head[],
  { readOnly, toolsets }: { readOnly: boolean; toolsets: readonly Toolset[] },
): Head[] {
  return tools.filter(
    ({ effect, toolset = "planning" }) => toolsets.includes(toolset) && (effect === "reads" || !readOnly),
  );
}
