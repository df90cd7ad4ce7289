import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentsFor, MODES, ROLES, type Share } from "../../src/domain/brief.ts";
import { type BriefFile, fillBrief, isWhole } from "../../src/domain/brief-fill.ts";

const ALL = ROLES.flatMap((role) => MODES.map((mode) => [role, mode] as const));

describe("what goes into a prompt", () => {
  test.each<[role: (typeof ROLES)[number], mode: (typeof MODES)[number], sources: string]>([
    ["executor", "standard", "plan state"],
    ["researcher", "standard", "roadmap requirements state context"],
    ["planner", "standard", "state roadmap requirements context research gaps"],
    ["planner", "gap_closure", "state roadmap requirements context research verification uat gaps"],
    ["planner", "revision", "plans"],
    ["plan_checker", "standard", "roadmap plans requirements"],
    ["verifier", "standard", "roadmap plans summaries verification"],
  ])("%s, %s: %s", (role, mode, sources) => {
    expect(contentsFor(role, mode).sources.join(" ")).toBe(sources);
  });

  test("only the planner has modes", () => {
    for (const [role, mode] of ALL)
      if (role !== "planner") expect(contentsFor(role, mode)).toBe(contentsFor(role, "standard"));
  });

  test.each(ALL)("%s, %s: every source has its share, and what is needed is there", (role, mode) => {
    const { sources, shares, needs } = contentsFor(role, mode);
    expect(shares.filter((share) => !share.includes(" ")).sort()).toEqual([...sources].sort());
    expect(new Set(shares).size).toBe(shares.length);
    expect(sources).toEqual(expect.arrayContaining([...needs]));
    for (const share of shares) {
      const part = /(?:of|open) (\w+)$/.exec(share)?.[1];
      if (part) expect(shares.indexOf(part as Share)).toBeGreaterThan(shares.indexOf(share));
    }
  });

  test("what the task is about goes before everything else", () => {
    expect(contentsFor("executor", "standard").shares[0]).toBe("plan");
    expect(contentsFor("planner", "standard").shares[0]).toBe("phase of roadmap");
    expect(contentsFor("planner", "gap_closure").shares.slice(0, 3)).toEqual([
      "phase of roadmap",
      "verification",
      "uat",
    ]);
  });

  test.each(["standard", "gap_closure"] as const)(
    "%s: a phase's own documents go before reports on others",
    (mode) => {
      const { sources, shares } = contentsFor("planner", mode);
      expect(sources.at(-1)).toBe("gaps");
      expect(shares.slice(shares.indexOf("gaps"))).toEqual(["gaps", "state", "roadmap"]);
    },
  );
});

/** `a/b` with texts by path; the phase stands in the lines of a roadmap that hold `PHASE`. */
function fill(
  files: readonly BriefFile[],
  shares: readonly Share[],
  max: number,
  texts: Record<string, string>,
) {
  const reads: string[] = [];
  const filled = fillBrief(
    files,
    shares,
    max,
    (path) => {
      reads.push(path);
      return texts[path] ?? null;
    },
    (text) =>
      text.split("\n").flatMap((line, at) => (line.includes("PHASE") ? [{ start: at, end: at + 1 }] : [])),
  );
  return { ...filled, reads };
}

describe("cutting", () => {
  const files: BriefFile[] = [
    { path: "STATE.md", source: "state" },
    { path: "ROADMAP.md", source: "roadmap" },
  ];
  const shares: Share[] = ["phase of roadmap", "state", "roadmap"];
  const texts = { "STATE.md": "s1\ns2\ns3\n", "ROADMAP.md": "r1\nPHASE\nr3\n" };

  test.each<[max: number, state: string | null, roadmap: string | null]>([
    [100, "s1\ns2\ns3\n", "r1\nPHASE\nr3\n"],
    [21, "s1\ns2\ns3\n", "r1\nPHASE\nr3\n"],
    [20, "s1\ns2\ns3\n", "r1\nPHASE\n"],
    [17, "s1\ns2\ns3\n", "PHASE\n"],
    [15, "s1\ns2\ns3\n", "PHASE\n"],
    [14, "s1\ns2\n", "PHASE\n"],
    [6, null, "PHASE\n"],
    [5, null, null],
    [0, null, null],
  ])("%i bytes", (max, state, roadmap) => {
    const filled = fill(files, shares, max, texts);
    expect(filled.files.map(({ path, content }) => [path, content])).toEqual(
      [
        ["STATE.md", state],
        ["ROADMAP.md", roadmap],
      ].filter(([, content]) => content !== null),
    );
    expect(filled.omitted).toEqual(
      files.map(({ path }) => path).filter((path) => !filled.files.some((file) => file.path === path)),
    );
  });

  test("what is kept is told in lines", () => {
    const { files: kept } = fill(files, shares, 14, texts);
    expect(kept.map(({ path, kept, lineCount }) => [path, kept, lineCount])).toEqual([
      ["STATE.md", [{ start: 0, end: 2 }], 3],
      ["ROADMAP.md", [{ start: 1, end: 2 }], 3],
    ]);
  });

  test("a line that is longer than a whole brief may be ends its own file only", () => {
    const long = "x".repeat(70_000);
    const all: BriefFile[] = [...files, { path: "CONTEXT.md", source: "context" }];
    const order: Share[] = ["phase of roadmap", "head of state", "context", "state", "roadmap"];
    const given = { "STATE.md": `s1\n${long}\ns3\n`, "ROADMAP.md": "r1\nPHASE\nr3\n", "CONTEXT.md": long };
    const filled = fill(all, order, 60_000, given);
    expect(filled.files.map(({ path, content }) => [path, content])).toEqual([
      ["STATE.md", "s1\n"],
      ["ROADMAP.md", "r1\nPHASE\nr3\n"],
    ]);
    expect(filled.omitted).toEqual(["CONTEXT.md"]);
    expect(filled.overlong).toEqual([
      { path: "STATE.md", line: 2, bytes: 70_001 },
      { path: "CONTEXT.md", line: 1, bytes: 70_000 },
    ]);
    expect(fill(all, order, 200_000, given)).toMatchObject({ omitted: [], overlong: [] });
  });

  test("unfinished plans go first", () => {
    const plans: BriefFile[] = [
      { path: "1", source: "plans", isOpen: false },
      { path: "2", source: "plans", isOpen: true },
    ];
    const { files: kept, omitted } = fill(plans, ["open plans", "plans"], 4, { 1: "one\n", 2: "two\n" });
    expect([kept.map(({ path }) => path), omitted]).toEqual([["2"], ["1"]]);
  });

  test("the beginning of STATE.md goes before what comes between", () => {
    const state = `${"x".repeat(99)}\n`.repeat(100);
    const both: BriefFile[] = [
      { path: "STATE.md", source: "state" },
      { path: "CONTEXT.md", source: "context" },
    ];
    const contents = { "STATE.md": state, "CONTEXT.md": "c\n" };
    const { files: kept } = fill(both, ["head of state", "context", "state"], 5_000, contents);
    expect(kept.map(({ content }) => content.length)).toEqual([4_900, 2]);
  });

  test("a file that cannot be read is left out, and the rest is there", () => {
    const filled = fill(files, shares, 100, { "STATE.md": "s\n" });
    expect(filled).toMatchObject({ omitted: ["ROADMAP.md"], unread: ["ROADMAP.md"] });
    expect(filled.files.map(({ path }) => path)).toEqual(["STATE.md"]);
  });

  test("an empty file is there and whole; a byte-order mark is no content, CRLF is", () => {
    const { files: kept } = fill(files, shares, 100, { "STATE.md": "", "ROADMAP.md": "\uFEFFa\r\nb" });
    expect(kept.map((file) => [file.content, isWhole(file)])).toEqual([
      ["", true],
      ["a\r\nb", true],
    ]);
  });

  test("nothing is read once there is no room, and no more files than a phase can have", () => {
    const many = Array.from({ length: 1_000 }, (_, at): BriefFile => ({ path: String(at), source: "plans" }));
    const one = fill(
      many,
      ["open plans", "plans"],
      10,
      Object.fromEntries(many.map(({ path }) => [path, "0123456789\n"])),
    );
    expect(one.reads).toEqual(["0"]);
    expect(one.omitted).toHaveLength(1_000);
    const empty = fill(many, ["plans"], 10, Object.fromEntries(many.map(({ path }) => [path, ""])));
    expect(empty.files).toHaveLength(300);
    expect(empty.omitted).toHaveLength(700);
  });
});

describe("laws", () => {
  const line = fc.string({ unit: fc.constantFrom("a", "ä", "€", "😀", " ", "#"), maxLength: 12 });
  const body = fc
    .array(fc.tuple(line, fc.constantFrom("\n", "\r\n"), fc.boolean()), { maxLength: 12 })
    .chain((lines) =>
      fc.boolean().map((ends) => {
        const text = lines
          .map(([one, ending, isPhase]) => `${one}${isPhase ? "PHASE" : ""}${ending}`)
          .join("");
        return ends ? text : text.replace(/\r?\n$/, "");
      }),
    );

  test("never more than max_bytes; whole lines in order; nothing while something more important lacks", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ALL),
        fc.array(fc.tuple(fc.nat(), body, fc.boolean()), { maxLength: 8 }),
        fc.nat(400),
        ([role, mode], entries, max) => {
          const { sources, shares } = contentsFor(role, mode);
          const files = entries.map(
            ([pick, , isOpen], at): BriefFile => ({
              path: `f${at}`,
              source: sources[pick % sources.length]!,
              isOpen,
            }),
          );
          const texts = Object.fromEntries(entries.map(([, text], at) => [`f${at}`, text]));
          const filled = fill(files, shares, max, texts);
          const total = filled.files.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
          expect(total).toBeLessThanOrEqual(max);
          const given = files.map(({ path }) => path);
          const answered = new Set(filled.files.map(({ path }) => path));
          expect(filled.files.map(({ path }) => path)).toEqual(given.filter((path) => answered.has(path)));
          expect(filled.omitted).toEqual(given.filter((path) => !answered.has(path)));
          for (const file of filled.files) {
            const source = files.find(({ path }) => path === file.path)!.source;
            const text = texts[file.path]!;
            expect(isWhole(file)).toBe(file.content === text);
            if (source !== "roadmap") {
              expect(text.startsWith(file.content)).toBe(true);
              if (file.content !== text) expect(file.content).toMatch(/\n$/);
            }
            expect(Buffer.from(file.content, "utf8").toString("utf8")).toBe(file.content);
          }
          // With less room nothing appears that was not there before.
          const smaller = fill(files, shares, Math.floor(max / 2), texts);
          for (const file of smaller.files) {
            const before = filled.files.find(({ path }) => path === file.path);
            expect(before!.content.length).toBeGreaterThanOrEqual(file.content.length);
          }
        },
      ),
    );
  });

  test("one border: whole before it, nothing behind it", () => {
    const shares: Share[] = ["plan", "context", "requirements", "research", "uat"];
    fc.assert(
      fc.property(
        fc.array(body, { minLength: 5, maxLength: 5 }),
        fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }),
        fc.nat(200),
        (bodies, order, max) => {
          const files = order.map((at): BriefFile => ({ path: String(at), source: shares[at] as never }));
          const filled = fill(files, shares, max, Object.fromEntries(bodies.entries()));
          const states = bodies.map((_, at) => {
            const file = filled.files.find(({ path }) => path === String(at));
            return file ? (isWhole(file) ? "w" : "c") : "o";
          });
          expect(states.join("")).toMatch(/^w*c?o*$/);
        },
      ),
    );
  });
});
