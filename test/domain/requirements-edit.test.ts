import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { completeRequirements } from "../../src/domain/requirements-edit.ts";
import { splitText } from "../../src/markdown/lines.ts";

const HEAD = ["| Requirement | Phase | Status |", "|---|---|---|"];

/** Completes A-01 in these lines; gives the lines that changed, and where the id was put. */
function complete(lines: string[], ids = ["A-01"]) {
  const text = lines.join("\n");
  const { text: edited, ...buckets } = completeRequirements(text, ids);
  const after = edited.split("\n");
  expect(after).toHaveLength(lines.length);
  const changed = after.filter((line, index) => line !== lines[index]);
  const bucket = Object.entries(buckets)
    .filter(([, found]) => found.length > 0)
    .map(([name, found]) => `${name} ${found.join(" ")}`);
  // Nothing is left to do.
  expect(completeRequirements(edited, ids).text).toBe(edited);
  return { changed, bucket: bucket.join(", ") };
}

describe("boxes", () => {
  test.each([
    ["- [ ] **A-01**: text", "- [x] **A-01**: text"],
    ["- [ ] **A-01:** text", "- [x] **A-01:** text"],
    ["- [ ] **A-01** text", "- [x] **A-01** text"],
    ["- [ ] A-01: text", "- [x] A-01: text"],
    ["- [ ] A-01 text", "- [x] A-01 text"],
    ["- [ ] `A-01` — text", "- [x] `A-01` — text"],
    ["- [ ] [A-01](#a) text", "- [x] [A-01](#a) text"],
    ["* [ ] **A-01**: text", "* [x] **A-01**: text"],
    ["+ [ ] **A-01**: text", "+ [x] **A-01**: text"],
    ["1. [ ] **A-01**: text", "1. [x] **A-01**: text"],
    ["    - [ ] **A-01**: text  ", "    - [x] **A-01**: text  "],
    ["\t-  [ ]  **A-01**", "\t-  [x]  **A-01**"],
    [
      "- [ ] **A-01**: lets blocked users write [ ] boxes",
      "- [x] **A-01**: lets blocked users write [ ] boxes",
    ],
    ["- [ ] **A-01**: shows why (blocked users)", "- [x] **A-01**: shows why (blocked users)"],
  ])("%j is ticked", (line, expected) => {
    expect(complete([line])).toEqual({ changed: [expected], bucket: "updated A-01" });
  });

  test.each([
    ["- [x] **A-01**: text", "already"],
    ["- [X] **A-01**: text", "already"],
    ["- [✓] **A-01**: text", "already"],
    ["- [x] ~~**A-01**: text~~", "already"],
    ["- [~] **A-01**: text", "blocked"],
    ["- [!] **A-01**: text", "blocked"],
    ["- [✗] **A-01**: text", "blocked"],
    ["- [-] **A-01**: text", "blocked"],
    ["- [ ] ~~**A-01**: text~~", "blocked"],
    // Real files: a requirement that another one replaced.
    ["- [ ] **A-01**: ~~User can attach channels~~ **superseded** by B-01", "blocked"],
    ["- [ ] **A-01**: text *(deferred to v1.3)*", "blocked"],
    ["- [ ] **A-01**: text — Blocked", "blocked"],
    ["- [ ] **A-01**: text [BLOCKED]", "blocked"],
    ["- [ ] A-010: text", "not_found"],
    ["- [ ] A-01b: text", "not_found"],
    ["- [ ] XA-01: text", "not_found"],
    ["- [ ] AA-01: text", "not_found"],
    ["- [ ] a-01: text", "not_found"],
    ["- [ ] A-1: text", "not_found"],
    ["- [ ] **B-01**: what A-01 needs", "not_found"],
    ["- [ ] see A-01", "not_found"],
    ["- **A-01**: no box", "not_found"],
    ["A-01 stands in prose", "not_found"],
    ["- [] **A-01**: no box", "not_found"],
    ["- [ ] **A-01..03**: a range", "not_found"],
    ["", "not_found"],
  ])("%j stays: %s", (line, bucket) => {
    expect(complete([line])).toEqual({ changed: [], bucket: `${bucket} A-01` });
  });
});

describe("rows", () => {
  test.each([
    ["| A-01 | Phase 1 | Pending |", "| A-01 | Phase 1 | Complete |"],
    ["| A-01 | Phase 1 | Pending     |", "| A-01 | Phase 1 | Complete    |"],
    ["| A-01      | 1 | In Progress |", "| A-01      | 1 | Complete |"],
    ["|A-01|1|Pending|", "|A-01|1|Complete|"],
    ["| A-01 | 1 |  |", "| A-01 | 1 | Complete |"],
    ["| A-01 | 1 ||", "| A-01 | 1 | Complete |"],
    ["| A-01 | 1 |", "| A-01 | 1 | Complete |"],
    ["A-01 | 1 | Pending", "A-01 | 1 | Complete"],
    ["| **A-01** | 1 | - |", "| **A-01** | 1 | Complete |"],
    ["| `A-01` | 1 | — |", "| `A-01` | 1 | Complete |"],
    ["| [A-01](#a-01) (2) | 1 | ○ |", "| [A-01](#a-01) (2) | 1 | Complete |"],
    ["| A-01: text | 1 | ☐ |", "| A-01: text | 1 | Complete |"],
    ["| A-01 | a \\| b | TBD | note |", "| A-01 | a \\| b | Complete | note |"],
    ["| A-01 | `a|b` | [ ] |", "| A-01 | `a|b` | Complete |"],
    ["|| A-01 | 1 | Pending |", "|| A-01 | 1 | Complete |"],
    ["| A-01 | 1 | **Pending** |", "| A-01 | 1 | **Complete** |"],
    ["| A-01 | 1 | Pending (gap closure) |", "| A-01 | 1 | Complete (gap closure) |"],
  ])("%j is set", (row, expected) => {
    expect(complete([...HEAD, row])).toEqual({ changed: [expected], bucket: "updated A-01" });
  });

  test.each([
    ["| A-01 | 1 | Complete |", "already"],
    ["| A-01 | 1 | ✅ Complete |", "already"],
    ["| A-01 | 1 | ✓ |", "already"],
    ["| A-01 | 1 | Satisfied |", "already"],
    ["| A-01 | 1 | Blocked |", "blocked"],
    ["| A-01 | 1 | Deferred |", "blocked"],
    ["| A-01 | 1 | Out of scope |", "blocked"],
    ["| A-01 | 1 | Partial |", "blocked"],
    ["| A-01 | 1 | whatever |", "blocked"],
    ["| A-01 | 1 | 04-02 |", "not_found"],
    ["| A-010 | 1 | Pending |", "not_found"],
    ["| B-01 | needs A-01 | Pending |", "not_found"],
    ["| B-01 (was A-01) | 1 | Pending |", "not_found"],
    ["| A-01 |", "not_found"],
    ["| **Total** | A-01 | Pending |", "not_found"],
  ])("%j stays: %s", (row, bucket) => {
    expect(complete([...HEAD, row])).toEqual({ changed: [], bucket: `${bucket} A-01` });
  });

  test.each([
    [["| REQ-ID | Phase | Status |", "|---|---|---|"], "| A-01 | 1 | # |"],
    [["| REQ ID | Phase | Plan | Status |", "|:--|:-:|--:|---|"], "| A-01 | 1 | 01-02 | # |"],
    [["| Requirement | Phase | Plan(s) | Final Status |", "|-|-|-|-|"], "| A-01 | 1 | 2 | # |"],
    [["| **Requirement** | **Status** | Phase |", "| --- | --- | --- |"], "| A-01 | # | 1 |"],
    [
      ["| ID | Requirement | Phase | Status |", "|---|---|---|---|"],
      "| A-01 | User of B-02 logs in | 1 | # |",
    ],
    [["| # | Requirement | Status |", "|---|---|---|"], "| 1 | A-01 | # |"],
    [["| ID | Requirement | Status |", "|---|---|---|"], "| 1 | A-01: text | # |"],
    [["Requirement | Status", "--- | ---"], "A-01 | #"],
    [["| Phase | Requirement | Status |", "|---|---|---|"], "| 1 | A-01 | # |"],
    [["| Requirement | Final Status | Status |", "|---|---|---|"], "| A-01 | # | # |"],
    // Real file: the header row alone begins with two pipes.
    [["|| Requirement | Phase | Status |", "|---|---|---|"], "| A-01 | — | # |"],
    // Real file: every row does.
    [["|| Requirement | Phase | Status |", "||---|---|---|"], "|| A-01 | Phase 1 | # |"],
    // A column without a name.
    [["|| Requirement | Status |", "|---|---|---|"], "| 1 | A-01 | # |"],
    [["|| Requirement | Status |", "|---|---|---|"], "|| A-01 | # |"],
  ])("columns by name: %j", (head, row) => {
    const last = row.lastIndexOf("#");
    const line = (word: string): string =>
      row.slice(0, last).replace("#", "Pending") + word + row.slice(last + 1);
    expect(complete([...head, line("Pending")])).toEqual({
      changed: [line("Complete")],
      bucket: "updated A-01",
    });
  });

  test.each([
    ["no Status column", ["| Requirement | Phase | Plan |", "|---|---|---|", "| A-01 | 1 |  |"]],
    ["an Outcome, which is judged at the end", ["| REQ-ID | Outcome |", "|---|---|", "| A-01 | Pending |"]],
    ["a date of verification", ["| Requirement | Verified |", "|---|---|", "| A-01 | — |"]],
    ["another status", ["| Requirement | Test Status |", "|---|---|", "| A-01 | Pending |"]],
    ["no requirement column", ["| Feature | Status |", "|---|---|", "| A-01 | Pending |"]],
    ["a table of phases", ["| Phase | Requirements | Status |", "|---|---|---|", "| 1 | A-01 | Pending |"]],
    ["no delimiter row", ["| Requirement | Status |", "| A-01 | Pending |"]],
    ["in a fence", ["```", ...HEAD, "| A-01 | 1 | Pending |", "- [ ] **A-01**: x", "```"]],
    ["in a comment", ["<!--", ...HEAD, "| A-01 | 1 | Pending |", "- [ ] **A-01**: x", "-->"]],
    ["in the front matter", ["---", ...HEAD, "| A-01 | 1 | Pending |", "- [ ] **A-01**: x", "---"]],
  ])("no row: %s", (_, lines) => {
    expect(complete(lines)).toEqual({ changed: [], bucket: "not_found A-01" });
  });
});

describe("a row about several ids", () => {
  test.each(["A-01..03", "A-01 to 03", "A-01–A-03", "A-01, A-02, A-03", "**A-01..03**"])("%s", (cell) => {
    const row = `| ${cell} | 1 | Pending |`;
    expect(complete([...HEAD, row], ["A-01", "A-02"]).changed).toEqual([]);
    expect(complete([...HEAD, row], ["A-01", "A-02"]).bucket).toBe("not_found A-01 A-02");
    expect(complete([...HEAD, row], ["A-03", "A-01", "A-02"])).toEqual({
      changed: [row.replace("Pending", "Complete")],
      bucket: "updated A-03 A-01 A-02",
    });
  });

  test("their boxes are ticked all the same", () => {
    const lines = ["- [ ] **A-01**: x", "- [ ] **A-02**: x", ...HEAD, "| A-01..02 | 1 | Pending |"];
    expect(complete(lines)).toEqual({ changed: ["- [x] **A-01**: x"], bucket: "updated A-01" });
  });

  test("one that is blocked keeps the row", () => {
    const lines = ["- [ ] **A-01**: x", "- [!] **A-02**: x", "", ...HEAD, "| A-01..02 | 1 | Pending |"];
    expect(complete(lines, ["A-01", "A-02"])).toEqual({
      changed: ["- [x] **A-01**: x"],
      bucket: "updated A-01, blocked A-02",
    });
  });

  test("a blocked row blocks each", () => {
    const lines = ["- [ ] **A-01**: x", "", ...HEAD, "| A-01, A-02 | 1 | Blocked |"];
    expect(complete(lines).bucket).toBe("blocked A-01");
  });
});

describe("the document's own word", () => {
  test.each([
    [["✓ Complete", "✓ Complete", "Done"], "✓ Complete"],
    [["✅ Complete (2026-01-01)"], "✅ Complete"],
    [["✓"], "✓"],
    [["Done"], "Done"],
    [["Satisfied"], "Satisfied"],
    [["Shipped"], "Complete"],
    [["Pending", "Blocked"], "Complete"],
  ])("%j: %s", (words, expected) => {
    const rows = words.map((word, index) => `| B-0${index} | 1 | ${word} |`);
    expect(complete([...HEAD, ...rows, "| A-01 | 1 | Pending |"]).changed).toEqual([
      `| A-01 | 1 | ${expected} |`,
    ]);
  });

  test("an aligned table stays aligned", () => {
    const lines = [
      "| Requirement | Status      |",
      "|-------------|-------------|",
      "| A-01        | In Progress |",
    ];
    expect(complete([...lines, "| B-01        | ✓           |"]).changed).toEqual([
      "| A-01        | ✓           |",
    ]);
  });

  test("the table's own word comes first", () => {
    const first = [...HEAD, "| B-01 | 1 | ✅ |", "| B-02 | 1 | ✅ |", "| A-02 | 1 | - |"];
    const second = [...HEAD, "| B-03 | 1 | Done |", "| A-01 | 1 | - |", ""];
    const third = [...HEAD, "| A-03 | 1 | - |"];
    expect(complete([...first, "", ...second, ...third], ["A-01", "A-02", "A-03"]).changed).toEqual([
      "| A-02 | 1 | ✅ |",
      "| A-01 | 1 | Done |",
      "| A-03 | 1 | ✅ |",
    ]);
  });
});

describe("several lines of one id", () => {
  test("box and row change together", () => {
    const lines = [
      "- [ ] **A-01**: x",
      "- [ ] **A-10**: x",
      "",
      ...HEAD,
      "| A-01 | 1 | Pending |",
      "| A-10 | 1 | - |",
    ];
    expect(complete(lines)).toEqual({
      changed: ["- [x] **A-01**: x", "| A-01 | 1 | Complete |"],
      bucket: "updated A-01",
    });
  });

  test("one that is behind is brought up", () => {
    expect(complete(["- [x] **A-01**: x", "", ...HEAD, "| A-01 | 1 | Pending |"])).toEqual({
      changed: ["| A-01 | 1 | Complete |"],
      bucket: "updated A-01",
    });
    expect(complete(["- [x] **A-01**: x", "", ...HEAD, "| A-01 | 1 | Done |"]).bucket).toBe("already A-01");
  });

  test.each([
    [["- [ ] **A-01**: x", "", ...HEAD, "| A-01 | 1 | Blocked |"]],
    [["- [~] **A-01**: x", "", ...HEAD, "| A-01 | 1 | Pending |"]],
    [["- [x] **A-01**: x", "", ...HEAD, "| A-01 | 1 | Deferred |"]],
  ])("a blocked one holds all: %j", (lines) => {
    expect(complete(lines)).toEqual({ changed: [], bucket: "blocked A-01" });
  });

  test("a row that says nothing of its state does not hold the box", () => {
    const lines = ["- [ ] **A-01**: x", "", ...HEAD, "| A-01 | 1 | 01-02 |"];
    expect(complete(lines)).toEqual({ changed: ["- [x] **A-01**: x"], bucket: "updated A-01" });
  });
});

describe("<details>", () => {
  const fold = (summary: string, ...lines: string[]): string[] => [
    "<details>",
    `<summary>${summary}</summary>`,
    "",
    ...lines,
    "",
    "</details>",
  ];
  const row = "| A-01 | 1 | Pending |";

  test("lines outside come first", () => {
    const lines = [...fold("v1.1 draft", "- [ ] **A-01**: old"), "- [ ] **A-01**: new"];
    expect(complete(lines).changed).toEqual(["- [x] **A-01**: new"]);
  });

  test("a folded table beside open boxes counts", () => {
    const lines = ["- [ ] **A-01**: x", ...fold("Traceability", ...HEAD, row)];
    expect(complete(lines).changed).toEqual(["- [x] **A-01**: x", "| A-01 | 1 | Complete |"]);
  });

  test.each([
    "✅ v1.0 (Phases 1-4)",
    "v1.0 — SHIPPED 2026-01-01",
    "Archived requirements",
    "Previous milestone",
  ])("what is past is never changed: %s", (summary) => {
    expect(complete(fold(summary, "- [ ] **A-01**: x", "", ...HEAD, row)).changed).toEqual([]);
    expect(complete(fold(summary, "- [ ] **A-01**: x")).bucket).toBe("not_found A-01");
    expect(complete(fold(summary, "- [x] **A-01**: x")).bucket).toBe("already A-01");
    expect(complete(fold(summary, ...fold("Traceability", "- [ ] **A-01**: x"))).changed).toEqual([]);
  });
});

test("ids keep the order in which they were given, each once", () => {
  const { text: _, ...buckets } = completeRequirements("- [ ] B-1\n- [ ] A-1\n- [x] C-1\n- [x] D-1\n", [
    ..."D-1 B-1 X-1 A-1 C-1 B-1 W-1".split(" "),
  ]);
  expect(buckets).toEqual({
    updated: ["B-1", "A-1"],
    already: ["D-1", "C-1"],
    blocked: [],
    not_found: ["X-1", "W-1"],
  });
  expect(completeRequirements("x", [])).toEqual({
    text: "x",
    updated: [],
    already: [],
    blocked: [],
    not_found: [],
  });
});

test("CRLF, a byte-order mark and a missing final newline stay", () => {
  const text = "\uFEFF- [ ] **A-01**: x\r\n\r\n| Requirement | Status |\r\n|---|---|\n| A-01 | Pending |";
  expect(completeRequirements(text, ["A-01"]).text).toBe(
    "\uFEFF- [x] **A-01**: x\r\n\r\n| Requirement | Status |\r\n|---|---|\n| A-01 | Complete |",
  );
});

const ids = fc.constantFrom("A-01", "A-02", "A-10", "A-1", "B-01", "REQ-1");
const status = fc.constantFrom(
  ..."Pending|In Progress|Complete|✓ Complete|Done|Blocked|—||○|01-02|Pending (x)|Partial|  ".split("|"),
);
const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom("- [ ]", "* [x]", "  - [~]", "1. [ ]"), ids)
      .map(([box, id]) => `${box} **${id}**: text`),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom("| ", "|| ", ""), ids, status)
      .map(([pipe, id, word]) => `${pipe}${id} | 1 | ${word} |`),
  },
  { weight: 2, arbitrary: status.map((word) => `| A-01..02 | 1 | ${word}|`) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      "| Requirement | Phase | Status |",
      "|| Requirement | Phase | Status |",
      "| REQ-ID | Status |",
    ),
  },
  { weight: 6, arbitrary: fc.constantFrom("|---|---|---|", "|---|---|", "||---|---|---|") },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      "",
      "## Traceability",
      "```",
      "<!--",
      "-->",
      "---",
      "<details>",
      "</details>",
      "<summary>Shipped</summary>",
      "- [ ] A-01 ~~x~~",
      "text A-01 | x",
    ),
  },
  fc.string(),
);
const documents = fc
  .tuple(
    fc.constantFrom("", "\uFEFF"),
    fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n")), { maxLength: 30 }),
    fc.constantFrom("", "last", "- [ ] **A-01**: last"),
  )
  .map(([bom, lines, last]) => bom + lines.map(([text, ending]) => text + ending).join("") + last);
const asked = fc.uniqueArray(ids, { maxLength: 4 });

describe("laws", () => {
  test("completing twice is completing once", () => {
    fc.assert(
      fc.property(documents, asked, (text, wanted) => {
        const once = completeRequirements(text, wanted);
        const twice = completeRequirements(once.text, wanted);
        expect(twice.text).toBe(once.text);
        expect(twice.updated).toEqual([]);
        expect([...twice.already].sort()).toEqual([...once.already, ...once.updated].sort());
        expect([twice.blocked, twice.not_found]).toEqual([once.blocked, once.not_found]);
      }),
      { numRuns: 2_000 },
    );
  });

  test("a line that changes names an id that was asked for, and changes only in its mark or its cell", () => {
    fc.assert(
      fc.property(documents, asked, (text, wanted) => {
        const { text: edited, updated, already, blocked, not_found } = completeRequirements(text, wanted);
        expect([...updated, ...already, ...blocked, ...not_found].sort()).toEqual([...wanted].sort());
        const [before, after] = [splitText(text), splitText(edited)];
        expect([after.bom, after.endings]).toEqual([before.bom, before.endings]);
        for (const [index, old] of before.lines.entries()) {
          const now = after.lines[index]!;
          if (now === old) continue;
          const of = (all: readonly string[]): boolean => all.some((id) => old.includes(id));
          expect(of(updated) || (old.includes("A-01..02") && updated.includes("A-02"))).toBe(true);
          const start = [...now].findIndex((char, at) => char !== [...old][at]);
          expect(start).toBeGreaterThan(0);
          if (/^\s*(?:[-*]|1\.) \[/.test(old)) expect(now).toBe(old.replace("[ ]", "[x]"));
          else expect(now.slice(0, old.lastIndexOf(" 1 |"))).toBe(old.slice(0, old.lastIndexOf(" 1 |")));
        }
        if (updated.length === 0) expect(edited).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  test("what stands in a fence or a comment changes nothing and does not change", () => {
    const safe = line.filter((text) => !/```|~~~|<!--|-->|^---|[\r\n]/.test(text));
    const block = fc.constantFrom(["```", "```"], ["~~~ md", "~~~"], ["<!--", "-->"]);
    fc.assert(
      fc.property(
        fc.array(safe),
        fc.array(safe),
        fc.array(safe),
        block,
        asked,
        (a, hidden, b, [open, close], wanted) => {
          const wrap = (inside: string[]): string => [...a, "", open, ...inside, close, "", ...b].join("\n");
          const full = completeRequirements(wrap(hidden), wanted);
          const empty = completeRequirements(wrap(hidden.map(() => "")), wanted);
          expect(full.updated).toEqual(empty.updated);
          const start = a.length + 2;
          expect(full.text.split("\n").slice(start, start + hidden.length)).toEqual(hidden);
        },
      ),
    );
  });

  test("100,000 lines and hostile ones take linear time", () => {
    const rows = Array.from({ length: 50_000 }, (_, index) => `| A-${index} | 1 | Pending |`);
    const boxes = Array.from({ length: 50_000 }, (_, index) => `- [ ] **A-${index}**: text`);
    const wanted = rows.map((_, index) => `A-${index}`);
    const start = performance.now();
    const { updated } = completeRequirements([...boxes, "", ...HEAD, ...rows].join("\n"), wanted);
    expect(updated).toHaveLength(50_000);
    completeRequirements(Array(100_000).fill("<details><summary>").join("\n"), wanted);
    completeRequirements(`${"| ".repeat(200_000)}\n${"|-".repeat(200_000)}\n${"`|".repeat(200_000)}`, wanted);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
