/** The parts of the catalogue that can be chosen. Without imports: the command line needs them, and none of the schemas. */
export const TOOLSETS = ["planning", "git", "github"] as const;
export type Toolset = (typeof TOOLSETS)[number];
