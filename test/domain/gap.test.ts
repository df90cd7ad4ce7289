import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { draftOf, type GapDraft, joinLevels, oneLine, toGaps } from "../../src/domain/gap.ts";
import { categorize } from "../../src/domain/gap-category.ts";
import { artifactFromText, pathsIn } from "../../src/domain/gap-files.ts";
import { gapKey, normalizeTitle } from "../../src/domain/gap-key.ts";

const AT = { phase: "03", path: ".planning/phases/active/03-chat/03-VERIFICATION.md" };

describe("normalizeTitle", () => {
  it.each([
    ["  **User** can `log in`. ", "user can log in"],
    ["Gap 2: User can log in", "user can log in"],
    ["GAP-2 — user can log-in", "user can log in"],
    ["Auth → Chat", "auth chat"],
    ["Ｆｕｌｌ ｗｉｄｔｈ", "full width"],
    ["Ошибка: вход", "ошибка вход"],
    ["!!!", "!!!"],
  ])("%j is %j", (title, expected) => {
    expect(normalizeTitle(title)).toBe(expected);
  });
});

describe("gapKey", () => {
  const key = (path: string, phase: string | null = "03") => gapKey("verification", { phase, path }, "a", 1);

  it("stays when the phase changes state, and when another file tells of the gap", () => {
    const same = [
      ".planning/phases/pending/03-chat/03-VERIFICATION.md",
      ".planning/phases/completed/03-chat/03-VERIFICATION.md",
      ".planning/phases/03-chat/VERIFICATION.md",
      ".planning/phases/active/03-chat/03-VERIFICATION-v2.md",
    ].map((path) => key(path));
    expect(new Set(same).size).toBe(1);
    expect(same[0]).toMatch(/^gap-[0-9a-f]{12}$/);
  });

  it("tells apart phases, directories of one number, sources, titles and ordinals", () => {
    const keys = [
      key(".planning/phases/03-chat/03-VERIFICATION.md"),
      key(".planning/phases/03-mail/03-VERIFICATION.md"),
      key(".planning/phases/04-chat/04-VERIFICATION.md", "04"),
      gapKey("uat", AT, "a", 1),
      gapKey("audit", { phase: null, path: ".planning/v1.0-MILESTONE-AUDIT.md" }, "a", 1),
      gapKey("verification", AT, "b", 1),
      gapKey("verification", AT, "a", 2),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("of an audit stays when it is archived", () => {
    const at = (path: string) => gapKey("audit", { phase: null, path }, "a", 1);
    expect(at(".planning/milestones/v1.0-MILESTONE-AUDIT.md")).toBe(at(".planning/v1.0-MILESTONE-AUDIT.md"));
  });

  // Written down, so that no change of the code changes keys that stand in people's files.
  it("is what it was", () => {
    expect(gapKey("verification", AT, "user can log in", 1)).toBe("gap-f9d2335e568a");
  });

  it("hardly ever collides", () => {
    const keys = Array.from({ length: 50_000 }, (_, index) => gapKey("uat", AT, `title ${index}`, 1));
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("toGaps", () => {
  it("takes the same entry twice for one, and the same title with another content for another gap", () => {
    const drafts = [
      draftOf(3, "Links work", { reason: "header" }),
      draftOf(9, "links work.", { reason: "footer" }),
      draftOf(12, "Links work", { reason: "header" }),
    ];
    const { gaps } = toGaps(drafts, "uat", AT);
    expect(gaps.map(({ line, reason }) => [line, reason])).toEqual([
      [3, "header"],
      [9, "footer"],
    ]);
    expect(gaps[0]!.key).not.toBe(gaps[1]!.key);
  });

  it("gives a gap the same key beside any others", () => {
    const titles = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}( [a-z]{1,8}){0,3}$/), {
      selector: normalizeTitle,
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(titles, fc.nat(), (all, pick) => {
        const title = all[pick % all.length]!;
        const keyOf = (list: string[]) =>
          toGaps(
            list.map((text, line) => draftOf(line + 1, text)),
            "uat",
            AT,
          ).gaps.find((gap) => gap.title === title)!.key;
        expect(keyOf(all)).toBe(keyOf([title]));
        expect(keyOf([...all].reverse())).toBe(keyOf([title]));
      }),
    );
  });

  it("keeps the keys of equal titles when one of them is closed", () => {
    const second = draftOf(5, "a", { reason: "two" });
    const both = toGaps([draftOf(3, "a", { reason: "one" }), second], "uat", AT).gaps;
    const one = toGaps([draftOf(3, "a", { reason: "one", status: "fixed" }), second], "uat", AT).gaps;
    expect(one.map(({ key }) => key)).toEqual([both[1]!.key]);
  });

  describe("tells equal titles apart by what they are about", () => {
    const keysOf = (...drafts: GapDraft[]) =>
      new Map(
        toGaps(drafts, "uat", AT).gaps.map(({ key, reason, artifacts, missing }) => [
          reason ?? artifacts[0]?.path ?? missing[0] ?? "",
          key,
        ]),
      );
    const a = draftOf(3, "Same", { reason: "one" });
    const b = draftOf(5, "Same", { reason: "two" });
    const c = draftOf(7, "same.", { artifacts: [{ path: "src/c.ts", issue: null }] });

    it("so that none takes the key of another that is removed or stands elsewhere", () => {
      const all = keysOf(a, b, c);
      expect(new Set(all.values()).size).toBe(3);
      expect(keysOf(b, c).get("two")).toBe(all.get("two"));
      expect(keysOf({ ...c, line: 1 }, a).get("src/c.ts")).toBe(all.get("src/c.ts"));
      expect([...all.values()]).not.toContain(keysOf(b).get("two"));
    });

    it("by their order where only what is to be done differs", () => {
      const keys = keysOf(draftOf(3, "Same", { missing: ["x"] }), draftOf(4, "Same", { missing: ["y"] }));
      expect(new Set(keys.values()).size).toBe(2);
    });

    it("and leaves the key of a title that stands alone", () => {
      expect([...keysOf(a).values()]).toEqual([gapKey("uat", AT, "same", 1)]);
    });
  });

  it("gives audits of two milestones different keys, and spellings of one version the same", () => {
    const keyOf = (version: string) =>
      toGaps([draftOf(1, "a")], "audit", { phase: null, path: ".planning/AUDIT.md", version }).gaps[0]!.key;
    expect(keyOf("1.2")).not.toBe(keyOf("1.3"));
    expect(keyOf("1.2")).not.toBe(keyOf(""));
  });

  describe("bounds a gap", () => {
    const filled = (text: (length: number) => string) => {
      const draft = draftOf(1, text(900), {
        reason: text(900),
        rootCause: text(900),
        artifacts: Array.from({ length: 30 }, (_, index) => ({
          path: `src/${text(500)}${index}.ts`,
          issue: text(900),
        })),
        missing: Array.from({ length: 30 }, (_, index) => `${index} ${text(900)}`),
      });
      return toGaps([draft], "uat", AT).gaps[0]!;
    };

    it.each([
      ["letters", "x"],
      ["words", "word "],
      ["Chinese", "字"],
      ["emoji", "😀"],
      ["quotes", '"'],
      ["lone surrogates", "\ud800y"],
    ])("at its limits to about 4,000 bytes: %s", (_, unit) => {
      const gap = filled((length) => unit.repeat(length));
      expect(Buffer.byteLength(JSON.stringify(gap))).toBeLessThanOrEqual(4_200);
      expect(gap.title).not.toBe("");
    });

    it("to eight artifacts and eight things to do", () => {
      const draft = draftOf(1, "t", {
        reason: "r".repeat(600),
        rootCause: "c".repeat(600),
        artifacts: Array.from({ length: 30 }, (_, index) => ({
          path: `src/${index}.ts`,
          issue: "i".repeat(300),
        })),
        missing: Array.from({ length: 30 }, (_, index) => `${index} ${"m".repeat(300)}`),
      });
      const [gap] = toGaps([draft], "uat", AT).gaps;
      expect(gap!.reason).toHaveLength(400);
      expect(gap!.root_cause).toHaveLength(300);
      expect(gap!.artifacts.map(({ issue }) => issue?.length)).toEqual(new Array(8).fill(120));
      expect(gap!.missing.map(({ length }) => length)).toEqual(new Array(8).fill(160));
    });
  });
});

describe("joinLevels", () => {
  it("adds what the first level does not have", () => {
    const titles = (...list: string[]) => list.map((title, line) => draftOf(line + 1, title));
    const joined = joinLevels(titles("a", "a", "b"), titles("A.", "c", "a", "a", "b"));
    expect(joined.map(({ title }) => title)).toEqual(["a", "a", "b", "c", "a"]);
  });
});

describe("oneLine", () => {
  it("has no control or direction characters and a bounded length", () => {
    expect(oneLine(" a\n\tb\u0000c\u202Ed ", 10)).toBe("a b c d");
    expect(oneLine("😀".repeat(100), 10)).toBe(`${"😀".repeat(9)}…`);
    expect(oneLine("x".repeat(1_000_000), 5)).toBe("xxxx…");
  });
});

describe("categorize", () => {
  const of = (title: string, path?: string) =>
    categorize({ title, reason: null, artifacts: path ? [{ path }] : [], missing: [] });

  it.each([
    ["User can log in with a password", "auth"],
    ["Messages persist", "database"],
    ["Delete endpoint returns 404", "api"],
    ["Submit button is visible", "ui"],
    ["transforms wired into production code", "integration"],
    ["Memory leak in log output", "performance"],
    ["No integration test for removal", "tests"],
    ["Coverage of tests is low", "tests"],
    ["README documents setup", "docs"],
    ["Environment setting is read", "config"],
    ["Docker build succeeds", "build"],
    ["Something is off", "other"],
    ["The author is rapid", "other"],
  ])("%j is %s", (title, category) => {
    expect(of(title)).toBe(category);
  });

  it("counts words in paths", () => {
    expect(of("It fails", "src/components/LoginButton.tsx")).toBe("ui");
    expect(of("It fails", "prisma/migrations/001.sql")).toBe("database");
  });
});

describe("pathsIn", () => {
  it.each([
    ["No API call in Chat.tsx", ["Chat.tsx"]],
    ["see `src/a/b.ts:187-209`, (src/c.ts) and src/c.ts.", ["src/a/b.ts", "src/c.ts"]],
    ["src/routes/[id]/+page.svelte and src/(app)/x.ts", ["src/routes/[id]/+page.svelte", "src/(app)/x.ts"]],
    ["look under src/reference/ for it", ["src/reference/"]],
    ["package.json and **mermaid/index.ts**", ["package.json", "mermaid/index.ts"]],
    ["e.g. read/write, Node.js, v1.2, N/A, 2.5/3 and /audit", []],
    [`${"a".repeat(300)}.ts`, []],
  ])("%s", (text, paths) => {
    expect(pathsIn(text)).toEqual(paths);
  });
});

describe("artifactFromText", () => {
  it.each([
    ["src/a.ts", { path: "src/a.ts", issue: null }],
    ["src/a.ts (stub)", { path: "src/a.ts", issue: "stub" }],
    ["`src/a.ts` — not imported", { path: "src/a.ts", issue: "not imported" }],
    ["src/a.ts + migrations (no change)", { path: "src/a.ts", issue: "+ migrations (no change)" }],
    ["Helper: src/sort.ts — used twice", { path: "src/sort.ts", issue: "Helper: src/sort.ts — used twice" }],
    ["the database", { path: "the database", issue: null }],
    ["heuristic", { path: "heuristic", issue: null }],
  ])("%s", (text, artifact) => {
    expect(artifactFromText(text)).toEqual(artifact);
  });
});
