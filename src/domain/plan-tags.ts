/** The tags of a plan's body, which is not well-formed XML: its objective and the files of its tasks. */
import { codeSpans } from "../markdown/code-spans.ts";
import { PROSE } from "../markdown/lines.ts";
import { pathsIn } from "./file-entry.ts";

/** What the tags say; a plan without them may say the objective elsewhere. */
export interface PlanTags {
  objective: string | null;
  taskFiles: { path: string; line: number }[];
  /** The first thing in a task's `<files>` that is no path. */
  filesInWords?: { text: string; line: number };
}

const OPENING = /<(objective|files)(?:\s[^<>]*)?>/g;
/** Ends a `<files>` element, also one that is never closed; `<name>` in a path does not. */
const ENDS = {
  files: /<\/[a-z]|<(?:files|tasks?|action|verify|done|objective|context|behavior|implementation)[\s>]/g,
  objective: /<\/objective>/g,
};

/** Reads the prose lines; the objective is the first line with text in the first `<objective>` that has one. */
export function readTags(lines: readonly string[], mask: Uint8Array): PlanTags {
  const body: PlanTags = { objective: null, taskFiles: [] };
  let open: keyof typeof ENDS | null = null;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    if (mask[index] !== PROSE || (open === null && !line.includes("<"))) continue;
    let isCode: Uint8Array | null = null;
    let at = 0;
    while (at <= line.length) {
      if (open === null) {
        OPENING.lastIndex = at;
        const tag = OPENING.exec(line);
        if (!tag) break;
        at = OPENING.lastIndex;
        isCode ??= codeSpans(line);
        if (!isCode[tag.index]) open = tag[1] as keyof typeof ENDS;
        continue;
      }
      ENDS[open].lastIndex = at;
      const end = ENDS[open].exec(line)?.index;
      const content = line.slice(at, end).trim();
      if (open === "objective") body.objective ??= content || null;
      else if (content !== "") addFiles(body, content, index + 1);
      // Of an objective only the first line with text is read, whether or not the element ends there.
      if (end !== undefined || (open === "objective" && body.objective !== null)) open = null;
      if (end === undefined) break;
      at = end;
    }
  }
  return body;
}

function addFiles(body: PlanTags, content: string, line: number): void {
  const { paths, words } = pathsIn(content);
  for (const path of paths) body.taskFiles.push({ path, line });
  if (words !== null) body.filesInWords ??= { text: words, line };
}
