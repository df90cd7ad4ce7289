/** Real planning trees, one in each directory, where they are at hand. Third-party content: read there, never copied here. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

export const CORPUS = process.env.WAVEWRIGHT_CORPUS || join(import.meta.dirname, "../../../shared/corpus");

/** Names of the trees. */
export const TREES: readonly string[] = existsSync(CORPUS)
  ? readdirSync(CORPUS, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  : [];

/** Whether they are the ones of which facts were read off by hand; any others only have to obey the laws. */
export const HAS_KNOWN_TREES = TREES.includes("0jrm+gsd-unsupervised");

/** The name of the test that is skipped where there are none. */
export const SKIPPED = "corpus: skipped, the planning trees are not in WAVEWRIGHT_CORPUS or ../shared/corpus";
