import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findAddressed } from "../../src/domain/gap-resolution.ts";
import { formatPadded, parsePhaseDirectory } from "../../src/domain/phase.ts";
import type { Report } from "../../src/domain/report.ts";
import { addGapResolution, type GapResolution } from "../../src/domain/report-edit.ts";
import { chooseAudit, classifyReport, type ReportSource } from "../../src/domain/report-files.ts";
import { readReport } from "../../src/domain/reports.ts";
import { CORPUS, HAS_KNOWN_TREES, SKIPPED, TREES } from "../support/corpus.ts";

const A = { key: "gap-00000000000a", title: "User sees messages" };
const B = { key: "gap-00000000000b", title: "Messages persist" };
const C = { key: "gap-00000000000c", title: "Status: shown as **online**" };
const WIRING = { phase: "6", name: "Gap - Message wiring" };
const BODY = ["# Phase 3: Chat Verification Report", "", "Text."];

const add = (text: string, ...resolutions: GapResolution[]): string => {
  const { text: edited, added } = addGapResolution(text, resolutions);
  expect(added).toBe(edited !== text);
  expect(addGapResolution(edited, resolutions)).toEqual({ text: edited, added: false });
  return edited;
};

describe("the section", () => {
  test("is appended, one paragraph for each phase, one bullet for each gap", () => {
    expect(
      add(
        `${BODY.join("\n")}\n`,
        { ...WIRING, gaps: [A, B] },
        { phase: "02.1", name: "Gap - Presence", gaps: [C] },
        { phase: "12A", name: "", gaps: [] },
      ),
    ).toBe(
      [
        ...BODY,
        "",
        "## Gap Resolution",
        "",
        "Gaps addressed by Phase 6 (Gap - Message wiring):",
        "",
        "- User sees messages (gap-00000000000a)",
        "- Messages persist (gap-00000000000b)",
        "",
        "Gaps addressed by Phase 2.1 (Gap - Presence):",
        "",
        "- (gap-00000000000c) Status: shown as **online**",
        "",
        "Gaps addressed by Phase 12A",
        "",
      ].join("\n"),
    );
  });

  const WHOLE = ["## Gap Resolution", "", "Gaps addressed by Phase 6 (Gap - Message wiring)"];
  test.each<[string, string, string]>([
    ["an empty file", "", `${WHOLE.join("\n")}\n`],
    ["only a byte-order mark", "\uFEFF", `\uFEFF${WHOLE.join("\n")}\n`],
    ["no final newline", "text", `text\n\n${WHOLE.join("\n")}`],
    ["CRLF", "a\r\nb\r\n", `a\r\nb\r\n\r\n${WHOLE.join("\r\n")}\r\n`],
    ["CRLF without a final one", "\uFEFFa\r\nb", `\uFEFFa\r\nb\r\n\r\n${WHOLE.join("\r\n")}`],
    ["blank lines at the end", "a\n\n\n", `a\n\n\n${WHOLE.join("\n")}\n`],
    ["spaces at the end", "a\n  ", `a\n  \n${WHOLE.join("\n")}`],
    ["front matter only", "---\na: 1\n---", `---\na: 1\n---\n\n${WHOLE.join("\n")}`],
    ["a list of YAML", "## Gaps\n\n- truth: x\n", `## Gaps\n\n- truth: x\n\n${WHOLE.join("\n")}\n`],
    ["an open fence", "a\n```yaml\n- b\n", `a\n\`\`\`yaml\n- b\n\`\`\`\n\n${WHOLE.join("\n")}\n`],
    ["an open fence and blank lines", "~~~~\nb\n\n", `~~~~\nb\n\n~~~~\n\n${WHOLE.join("\n")}\n`],
    ["an open fence in an item", "- a\n  ```\n  b", `- a\n  \`\`\`\n  b\n  \`\`\`\n\n${WHOLE.join("\n")}`],
    ["an open comment", "a\n<!-- b\n", `a\n<!-- b\n-->\n\n${WHOLE.join("\n")}\n`],
    [
      "the same heading in a fence",
      "```\n## Gap Resolution\n```\n",
      `\`\`\`\n## Gap Resolution\n\`\`\`\n\n${WHOLE.join("\n")}\n`,
    ],
  ])("in a file with %s", (_, text, expected) => {
    expect(add(text, { ...WIRING, gaps: [] })).toBe(expected);
  });
});

describe("a section that is there", () => {
  const HEAD = ["# R", "", "## Gap Resolution", ""];
  const SIX = "Gaps addressed by Phase 6 (Gap - Message wiring):";
  const a = "- User sees messages (gap-00000000000a)";
  const b = "- Messages persist (gap-00000000000b)";
  const cases: [string, string[], GapResolution[], string[]][] = [
    [
      "gets a paragraph",
      [...HEAD, SIX, "", a, ""],
      [{ phase: "7", name: "X", gaps: [B] }],
      [...HEAD, SIX, "", a, "", "Gaps addressed by Phase 7 (X):", "", b, ""],
    ],
    [
      "gets missing bullets",
      [...HEAD, SIX, "", a, "", "## Next", ""],
      [{ ...WIRING, gaps: [A, B] }],
      [...HEAD, SIX, "", a, b, "", "## Next", ""],
    ],
    [
      "by number in any spelling",
      [...HEAD, "Gaps addressed by Phase 06:", a],
      [{ ...WIRING, gaps: [B] }],
      [...HEAD, "Gaps addressed by Phase 06:", a, b],
    ],
    [
      "both at once",
      [...HEAD, SIX, a, "## Next"],
      [
        { ...WIRING, gaps: [B] },
        { phase: "7", name: "X", gaps: [] },
      ],
      [...HEAD, SIX, a, b, "", "Gaps addressed by Phase 7 (X)", "", "## Next"],
    ],
    [
      "bullets as it has them",
      [...HEAD, SIX, "", "  * [x] Messages persist", ""],
      [{ ...WIRING, gaps: [A, B] }],
      [...HEAD, SIX, "", "  * [x] Messages persist", `  * ${a.slice(2)}`, ""],
    ],
    [
      "behind a bullet of two lines",
      [...HEAD, SIX, "- User sees", "  messages (gap-00000000000a)", ""],
      [{ ...WIRING, gaps: [A, B] }],
      [...HEAD, SIX, "- User sees", "  messages (gap-00000000000a)", b, ""],
    ],
    [
      "a paragraph behind the last one, before other text",
      [...HEAD, SIX, a, "", "Text.", "- x", ""],
      [{ phase: "7", name: "X", gaps: [B] }],
      [...HEAD, SIX, a, "", "Gaps addressed by Phase 7 (X):", "", b, "", "Text.", "- x", ""],
    ],
    [
      "at the end of its text",
      [...HEAD, "Text.", "", "", "## Next"],
      [{ ...WIRING, gaps: [A] }],
      [...HEAD, "Text.", "", SIX, "", a, "", "", "## Next"],
    ],
    [
      "before headings inside of it",
      [...HEAD, "### Gap 1: Sending", "Fixed.", ""],
      [{ ...WIRING, gaps: [A] }],
      [...HEAD, SIX, "", a, "", "### Gap 1: Sending", "Fixed.", ""],
    ],
    [
      "when it is empty",
      ["", "## Gap Resolution"],
      [{ ...WIRING, gaps: [A] }],
      ["", "## Gap Resolution", "", SIX, "", a],
    ],
    [
      "when another follows at once",
      ["## Gap Resolution", "## Next"],
      [{ ...WIRING, gaps: [A] }],
      ["## Gap Resolution", "", SIX, "", a, "", "## Next"],
    ],
    [
      "before an open fence",
      [...HEAD, SIX, a, "```", "x"],
      [{ phase: "7", name: "X", gaps: [B] }],
      [...HEAD, SIX, a, "", "Gaps addressed by Phase 7 (X):", "", b, "", "```", "x"],
    ],
    [
      "behind an open fence that is all it has",
      [...HEAD, "```", "x"],
      [{ ...WIRING, gaps: [A] }],
      [...HEAD, "```", "x", "```", "", SIX, "", a],
    ],
    [
      "the whole report after some gaps",
      [...HEAD, SIX, a, ""],
      [{ ...WIRING, gaps: [] }],
      [...HEAD, SIX, a, "", SIX.slice(0, -1), ""],
    ],
  ];
  test.each(cases)("%s", (_, before, resolutions, after) => {
    expect(add(before.join("\n"), ...resolutions)).toBe(after.join("\n"));
    expect(add(before.join("\r\n"), ...resolutions)).toBe(after.join("\r\n"));
  });

  test.each<[string, string[], GapResolution[]]>([
    [
      "the gap is there by key",
      [...HEAD, SIX, "- Other words (gap-00000000000a)"],
      [{ ...WIRING, gaps: [A] }],
    ],
    [
      "the gap is there by title",
      [...HEAD, SIX, "- [ ] **User sees messages.**"],
      [{ ...WIRING, gaps: [A] }],
    ],
    [
      "the report is covered",
      [...HEAD, SIX.slice(0, -1), ""],
      [
        { ...WIRING, gaps: [A, B] },
        { ...WIRING, gaps: [] },
      ],
    ],
    ["one part of several covers it", [...HEAD, SIX, a, "", SIX, b], [{ ...WIRING, gaps: [B, A] }]],
    ["nothing is asked", BODY, []],
    ["the number is none", BODY, [{ phase: "six", name: "X", gaps: [A] }]],
  ])("stays: %s", (_, lines, resolutions) => {
    expect(add(lines.join("\n"), ...resolutions)).toBe(lines.join("\n"));
  });

  test("a phase that is given twice is one", () => {
    const once = add("x\n", { ...WIRING, gaps: [A, B] });
    expect(add("x\n", { ...WIRING, gaps: [A] }, { phase: "06", name: "Y", gaps: [B, A] })).toBe(once);
    expect(add("x\n", { ...WIRING, gaps: [A] }, { ...WIRING, gaps: [] })).toBe(
      add("x\n", { ...WIRING, gaps: [] }),
    );
  });
});

describe("a title never reads as something else", () => {
  test.each<[string, string]>([
    ["Plain words", "- Plain words (K)"],
    ["`--yes` flag is broken", "- `--yes` flag is broken (K)"],
    ["/feed `[id]` renders", "- /feed `[id]` renders (K)"],
    ["two\nlines\r\n and\ttabs", "- two lines and tabs (K)"],
    ["```js", "- (K) ```js"],
    ["~~~ x", "- (K) ~~~ x"],
    ["# Heading", "- (K) # Heading"],
    ["> quote", "- (K) > quote"],
    ["- item", "- (K) - item"],
    ["1. item", "- (K) 1. item"],
    ["[x] done", "- (K) [x] done"],
    ["**Status:** passed", "- (K) **Status:** passed"],
    ["Score: 1/2", "- (K) Score: 1/2"],
    ["Gaps addressed by Phase 9", "- (K) Gaps addressed by Phase 9"],
    ["<!-- hidden", "- (K) \\<!-- hidden"],
    ["List<T> in </details>", "- List\\<T> in \\</details> (K)"],
    ["`List<T>` stays", "- `List<T>` stays (K)"],
    ["see gap-00000000000f", "- see gap 00000000000f (K)"],
    ["| a | b |", "- (K) | a | b |"],
    ["---", "- (K) ---"],
    ["ends in $& and $1", "- ends in $& and $1 (K)"],
    ["  ", "- K"],
    ["x".repeat(300), `- ${"x".repeat(199)}… (K)`],
  ])("%j", (title, bullet) => {
    const lines = add("", { phase: "6", name: "X", gaps: [{ key: A.key, title }] }).split("\n");
    expect(lines[4]).toBe(bullet.replace("K", A.key));
  });

  test("nor does a name", () => {
    const line = add("", { phase: "6", name: "Gap -\n## <b> $&", gaps: [] }).split("\n")[2];
    expect(line).toBe("Gaps addressed by Phase 6 (Gap - ## \\<b> $&)");
  });
});

/** Adds phases for the open gaps, `size` of them each, and holds what is read back against the laws. */
function checkLaws(
  source: ReportSource,
  text: string,
  place: { path: string; phase: string | null },
  size: number,
) {
  const before = readReport(source, text, place);
  const resolutions: GapResolution[] = [];
  const expected = new Map(findAddressed([before], [], []));
  for (let start = 0; start < before.gaps.length; start += size) {
    const phase = 90 + start / size;
    const gaps = before.gaps.slice(start, start + size);
    resolutions.push({ phase: String(phase), name: `Gap - ${gaps[0]!.title}`, gaps });
    for (const { key } of gaps)
      expected.set(key, [...new Set([...(expected.get(key) ?? []), String(phase)])]);
  }
  const { text: edited, added } = addGapResolution(text, resolutions);
  expect(added).toBe(before.gaps.length > 0);
  const after = readReport(source, edited, place);
  const grows = !edited.startsWith(text);
  expect(withoutResolutions(after, grows)).toEqual(withoutResolutions(before, grows));
  expect(Object.fromEntries(findAddressed([after], [], []))).toEqual(Object.fromEntries(expected));
  expect(addGapResolution(edited, resolutions)).toEqual({ text: edited, added: false });
  return edited;
}

/**
 * What a report says beside its resolutions. When a section in the middle of the text grows, what stands below moves,
 * and a gap whose heading has that section for its text too may get other words for its reason.
 */
function withoutResolutions({ resolutions: _, ...report }: Report, grows: boolean) {
  if (!grows) return report;
  return {
    ...report,
    gaps: report.gaps.map(({ key, title, status, severity }) => ({ key, title, status, severity })),
    diagnostics: report.diagnostics.map(({ line: _, ...diagnostic }) => diagnostic),
  };
}

describe("laws on reports of every kind", () => {
  const title = fc.oneof(
    fc.constantFrom(
      ...[
        "User sees messages",
        "Status: online",
        "**Score:** 3/5",
        "```js",
        "- [x] a",
        "<!-- a",
        "truth: x | y",
      ],
      ...[
        "Gaps addressed by Phase 9 (x):",
        "gap-00000000000a",
        "Issues: 3",
        "Gap 2",
        "## Gap: x",
        "Gap 1: again",
        "…",
      ],
    ),
    fc.string({ minLength: 1, maxLength: 60 }),
    fc.string({ unit: "binary", minLength: 1, maxLength: 20 }),
  );
  const yaml = (titles: readonly string[]): string =>
    titles.map((text) => `  - truth: ${JSON.stringify(text)}\n    status: failed\n`).join("");
  const heading = fc.constantFrom(
    ...["# Phase 3: Chat", "# Phase 6: Gap - Wiring", "# Gap 1: Wiring", "# Gaps", "# UAT", "", "text"],
  );
  const body = fc
    .array(
      fc.constantFrom(
        ...["## Summary", "**Status:** gaps_found", "Score: 1/2", "| # | Truth | Status |", "|---|---|---|"],
        ...[
          "| 1 | A truth | ✗ FAILED |",
          "### 1. Send",
          "result: issue",
          "reported: broken",
          "### Gap 1: Sending",
        ],
        ...[
          "## Gaps Summary",
          "1. **Sending** — broken",
          "- Missing: a button",
          "## Gaps",
          "- truth: Receiving",
        ],
        ...[
          "  status: failed",
          "```yaml",
          "```",
          "<!--",
          "-->",
          "---",
          "_Verified: 2026-01-01_",
          "",
          "  text",
          "issues: 2",
        ],
        ...[
          "## Gap Resolution",
          "Gaps addressed by Phase 5 (Gap - Old):",
          "- Sending",
          "Gaps addressed by Phase 4",
          "[none]",
        ],
      ),
      { maxLength: 25 },
    )
    .map((lines) => lines.join("\n"));
  const front = fc
    .array(title, { maxLength: 4 })
    .map((titles) => (titles.length === 0 ? "" : `---\nstatus: gaps_found\ngaps:\n${yaml(titles)}---\n`));
  const document = fc
    .tuple(fc.constantFrom("", "\uFEFF"), front, heading, body, fc.constantFrom("", "\n", "\n\n"))
    .map(([bom, ...parts]) => bom + parts.join("\n"))
    // A gap with a heading of its own does not stand inside of the section that is added to.
    .filter((text) => !/^## Gap Resolution[\s\S]*^###/m.test(text));
  const source = fc.constantFrom<ReportSource>("verification", "uat", "audit");
  const place = { path: ".planning/phases/03-chat/03-VERIFICATION.md", phase: "03" };

  test("what the report says stays, and each gap reads as addressed by its phase alone", () => {
    fc.assert(
      fc.property(
        source,
        document,
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        (kind, text, size, crlf) => {
          checkLaws(kind, crlf ? text.replaceAll("\n", "\r\n") : text, place, size);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("what stands below the section is no part of a gap above it, before and after", () => {
    const text =
      "# Gap 1: Wiring\n- Missing: a button\n## Gap Resolution\nGaps addressed by Phase 5 (Gap - Old):\n_Verified: 2026-01-01_\n";
    const { text: edited } = addGapResolution(text, [{ phase: "90", name: "Gap - All", gaps: [] }]);
    expect(readReport("verification", edited, place).entries).toEqual(
      readReport("verification", text, place).entries,
    );
  });

  test("without gaps a phase covers every entry of the report", () => {
    fc.assert(
      fc.property(source, document, (kind, text) => {
        const { text: edited } = addGapResolution(text, [{ phase: "90", name: "Gap - All", gaps: [] }]);
        const report = readReport(kind, edited, place);
        const addressed = findAddressed([report], [], []);
        for (const { key } of report.entries) expect(addressed.get(key)).toContain("90");
        expect(report.entries).toEqual(readReport(kind, text, place).entries);
      }),
      { numRuns: 500 },
    );
  });

  test("lines that were there stay in their order, and only lines are added", () => {
    const wanted = fc.array(
      fc.record({
        phase: fc.constantFrom("4", "5", "06", "6", "x"),
        name: fc.string(),
        gaps: fc.array(fc.constantFrom(A, B, C), { maxLength: 3 }),
      }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(document, wanted, fc.boolean(), (text, resolutions, crlf) => {
        const input = crlf ? text.replaceAll("\n", "\r\n") : text;
        const { text: edited } = addGapResolution(input, resolutions);
        expect(addGapResolution(edited, resolutions).text).toBe(edited);
        const [before, after] = [input.split("\n"), edited.split("\n")];
        let at = 0;
        for (const line of after) if (line.replace(/\r$/, "") === before[at]?.replace(/\r$/, "")) at++;
        expect(at).toBe(
          before.length -
            (input.endsWith("\n") || input === "" ? 1 : 0) +
            (at === before.length && (input.endsWith("\n") || input === "") ? 1 : 0),
        );
        expect(edited.endsWith("\n")).toBe(
          edited === input ? input.endsWith("\n") : /\n$|^\uFEFF?$/.test(input),
        );
        if (!/## Gap Resolution/.test(input)) expect(edited.startsWith(input)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test("100,000 lines take linear time", () => {
    const rows = Array.from(
      { length: 100_000 },
      (_, index) => `- User sees ${index} (gap-${String(index).padStart(12, "0")})`,
    );
    const text = ["## Gap Resolution", "", "Gaps addressed by Phase 6 (X):", ...rows].join("\n");
    const gaps = rows.map((_, index) => ({
      key: `gap-${String(index + 10).padStart(12, "0")}`,
      title: `T ${index}`,
    }));
    const start = performance.now();
    expect(addGapResolution(text, [{ phase: "6", name: "X", gaps }]).text.split("\n")).toHaveLength(100_013);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

if (TREES.length === 0) test.skip(SKIPPED, () => {});

describe.runIf(TREES.length > 0)("laws on reports of real trees", () => {
  let gaps = 0;
  test.each(TREES)("%s", (name) => {
    const root = join(CORPUS, name);
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/VERIFICATION|UAT|AUDIT/.test(entry.name)) continue;
      const file = join(entry.parentPath, entry.name);
      const path = relative(root, file).split(sep).join("/");
      const directory = parsePhaseDirectory(basename(dirname(file)));
      const version = /^v([\d.]+)-/.exec(entry.name)?.[1] ?? null;
      const isAudit = version !== null && chooseAudit([path], version) !== null;
      const source = isAudit ? "audit" : classifyReport(entry.name)?.source;
      if (!source || (!isAudit && !directory)) continue;
      const text = readFileSync(file, "utf8");
      const place = { path, phase: isAudit ? null : formatPadded(directory!.number) };
      gaps += readReport(source, text, place).gaps.length;
      for (const size of [1, 3]) {
        for (const variant of [
          text,
          text.replaceAll("\r\n", "\n").replaceAll("\n", "\r\n"),
          text.trimEnd(),
        ]) {
          expect(checkLaws(source, variant, place, size).startsWith(variant)).toBe(true);
        }
      }
    }
  });

  test.runIf(HAS_KNOWN_TREES)("there were gaps to address", () => {
    expect(gaps).toBeGreaterThanOrEqual(40);
  });
});
