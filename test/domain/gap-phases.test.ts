import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GAP_SEVERITIES, type Gap } from "../../src/domain/gap.ts";
import { GAP_CATEGORIES } from "../../src/domain/gap-category.ts";
import { countCategories, groupGaps } from "../../src/domain/gap-phases.ts";
import { slugify } from "../../src/domain/naming.ts";

let serial = 0;
function gap(more: Partial<Gap> = {}): Gap {
  serial++;
  return {
    key: `gap-${String(serial).padStart(12, "0")}`,
    source: "verification",
    phase: "03",
    path: ".planning/phases/03-chat/03-VERIFICATION.md",
    line: serial,
    title: `Title ${serial}`,
    status: "failed",
    reason: null,
    severity: "major",
    category: "other",
    artifacts: [],
    missing: [],
    requirement: null,
    root_cause: null,
    ...more,
  };
}
const on = (...paths: string[]) => paths.map((path) => ({ path, issue: null }));
const members = (gaps: Gap[]) => groupGaps(gaps).map((group) => group.gaps);

describe("groupGaps", () => {
  it("joins gaps that share a file, and says so", () => {
    const a = gap({
      phase: "03",
      artifacts: on("src/chat/Chat.tsx"),
      category: "ui",
      title: "Chat shows messages",
    });
    const b = gap({
      phase: "04",
      artifacts: on("./src/chat/Chat.tsx", "src/x.ts"),
      category: "api",
      title: "Chat sends messages",
    });
    const c = gap({ phase: "05", category: "docs", title: "Manual" });
    expect(groupGaps([c, b, a])).toEqual([
      {
        key: "A",
        name: "Chat messages fixes",
        goal: "Close 2 gaps: Chat shows messages; Chat sends messages.",
        gaps: [a.key, b.key],
        files: ["src/chat/Chat.tsx", "src/x.ts"],
        phases: ["03", "04"],
        why: ["share src/chat/Chat.tsx"],
        estimated_plans: 1,
      },
      {
        key: "B",
        name: "Manual",
        goal: "Close the gap: Manual.",
        gaps: [c.key],
        files: [],
        phases: ["05"],
        why: ["nothing binds it to another gap"],
        estimated_plans: 1,
      },
    ]);
  });

  it("joins by technical domain what shares no file, across phases too", () => {
    const a = gap({ phase: "03", category: "auth" });
    const b = gap({ phase: "07", category: "auth" });
    const c = gap({ phase: "03", category: "ui" });
    expect(groupGaps([a, b, c])).toMatchObject([
      { gaps: [a.key, b.key], why: ["same domain: auth"] },
      { gaps: [c.key] },
    ]);
  });

  it("prefers a shared file to a domain, and a file of two to a file of many", () => {
    const all = ["en.json", "en.json", "en.json", "en.json", "en.json"].map((path) =>
      gap({ artifacts: on(path), category: "ui" }),
    );
    const [first, , , , last] = all as [Gap, Gap, Gap, Gap, Gap];
    first.artifacts.push({ path: "src/rare.ts", issue: null });
    last.artifacts.push({ path: "src/rare.ts", issue: null });
    const [group] = members(all).filter((keys) => keys.includes(first.key));
    expect(group).toContain(last.key);
  });

  it("joins by requirement, by a word of the titles inside a phase, and by directory where no domain is known", () => {
    const a = gap({ requirement: "REQ-1", category: "ui", phase: "01" });
    const b = gap({ requirement: "REQ-1", category: "api", phase: "02" });
    expect(groupGaps([a, b])).toMatchObject([{ why: ["same requirement REQ-1"] }]);
    const c = gap({ title: "Import of orders", category: "ui" });
    const d = gap({ title: "Orders are lost", category: "api" });
    expect(groupGaps([c, d])).toMatchObject([{ why: ["same subject: order"] }]);
    expect(groupGaps([c, { ...d, phase: "09" }])).toHaveLength(2);
    const e = gap({ title: "One", phase: "01", artifacts: on("src/parse/a.py") });
    const f = gap({ title: "Two", phase: "02", artifacts: on("src/parse/b.py") });
    expect(groupGaps([e, f])).toMatchObject([{ why: ["same directory: src/parse"] }]);
  });

  it("puts what another builds on into its group, and first", () => {
    const wiring = gap({
      title: "Form sends",
      category: "ui",
      missing: ["Call src/api/send.ts on submit"],
      artifacts: on("src/Form.tsx"),
      line: 1,
    });
    const stub = gap({
      title: "Route answers",
      category: "api",
      artifacts: on("src/api/send.ts"),
      line: 2,
      phase: "08",
    });
    const [group] = groupGaps([wiring, stub]);
    expect(group).toMatchObject({
      gaps: [stub.key, wiring.key],
      why: ["one builds on src/api/send.ts, which another completes"],
    });
  });

  it("puts a stub before the wiring", () => {
    const wiring = gap({ title: "Chat is wired to the store", artifacts: on("a.ts"), line: 1 });
    const stub = gap({ title: "Store keeps messages", status: "stub", artifacts: on("a.ts"), line: 2 });
    expect(members([wiring, stub])).toEqual([[stub.key, wiring.key]]);
  });

  it("orders groups by severity, then by what others build on, then by phase", () => {
    const minor = gap({ severity: "minor", phase: "01", category: "docs", title: "Alpha" });
    const late = gap({ severity: "blocker", phase: "10", category: "auth", title: "Beta" });
    const early = gap({ severity: "blocker", phase: "2", category: "ui", title: "Gamma" });
    const audit = gap({ severity: "blocker", phase: null, category: "api", title: "Delta" });
    const groups = groupGaps([minor, late, early, audit]);
    expect(groups.map(({ gaps: [key] }) => key)).toEqual([early.key, late.key, audit.key, minor.key]);
    expect(groups.map(({ key }) => key)).toEqual(["A", "B", "C", "D"]);

    const owners = ["one", "two", "three"].map((title) =>
      gap({ title, phase: "05", requirement: "REQ-1", artifacts: on("src/core.ts") }),
    );
    const user = gap({
      title: "four",
      phase: "04",
      category: "ui",
      missing: ["use src/core.ts"],
      artifacts: on("src/ui.ts"),
    });
    expect(members([user, ...owners])).toEqual([owners.map(({ key }) => key), [user.key]]);
  });

  it("leaves out gaps that a phase addresses", () => {
    expect(groupGaps([{ ...gap(), addressed_by: ["06"] }])).toEqual([]);
    expect(groupGaps([{ ...gap(), addressed_by: [] }])).toHaveLength(1);
    expect(groupGaps([])).toEqual([]);
  });

  it("estimates two plans for more files or more work than one holds", () => {
    expect(groupGaps([gap({ artifacts: on("a", "b", "c", "d") })])[0]?.estimated_plans).toBe(1);
    expect(groupGaps([gap({ artifacts: on("a", "b", "c", "d", "e") })])[0]?.estimated_plans).toBe(2);
    expect(groupGaps([gap({ missing: ["1", "2", "3", "4", "5", "6", "7"] })])[0]?.estimated_plans).toBe(2);
  });

  it.each([
    ["letters", "x"],
    ["Chinese", "字"],
    ["quotes", '"'],
  ])("bounds a group to what a page holds: %s", (_, unit) => {
    const long = (letter: string) => `src/${letter}/${unit.repeat(240)}.ts`;
    const three = ["a", "b", "c"].map((letter) =>
      gap({
        title: unit.repeat(200),
        requirement: unit.repeat(60),
        artifacts: on(long("z"), ...Array.from({ length: 7 }, (__, index) => long(letter + index))),
      }),
    );
    const [group] = groupGaps(three);
    expect(group!.gaps).toHaveLength(3);
    expect(group!.files.length).toBeLessThanOrEqual(10);
    expect(group!.why.length).toBeLessThanOrEqual(5);
    for (const why of group!.why) expect([...why].length).toBeLessThanOrEqual(160);
    expect(Buffer.byteLength(JSON.stringify(group))).toBeLessThanOrEqual(3_000);
  });

  it("shows the first ten files of a group, and counts them all", () => {
    const [group] = groupGaps([gap({ artifacts: on(..."abcdefghijkl".split("")) })]);
    expect(group).toMatchObject({ files: "abcdefghij".split(""), estimated_plans: 2 });
  });

  it.each([
    ["Gap - Message history", "Message history"],
    ["`--yes` flag on removal is **broken**", "Yes flag on removal is broken"],
    ["Must-Have Plan 02 #6 — Custom types are not resolved", "Custom types are not resolved"],
    ["Пользователь видит сообщения", "Remaining work of phase 03"],
    ["?!", "Remaining work of phase 03"],
  ])("names a group of %j %j", (title, name) => {
    expect(groupGaps([gap({ title })])[0]?.name).toBe(name);
  });

  it("keeps names and goals short, and names apart", () => {
    const groups = groupGaps(
      ["ui", "api", "auth", "docs"].map((category, phase) =>
        gap({
          title: "Every word of this very long title counts ".repeat(4).trim(),
          category: category as "ui",
          phase: String(phase),
        }),
      ),
    );
    expect(groups).toHaveLength(4);
    expect(Math.max(...groups.map(({ name }) => name.length))).toBeLessThanOrEqual(60);
    expect(new Set(groups.map(({ name }) => slugify(name))).size).toBe(4);
    expect(groups[0]!.goal.length).toBeLessThan(120);
  });

  const path = fc.constantFrom("src/a.ts", "src/b.ts", "src/chat/Chat.tsx", "lib/c.py", "docs/x.md");
  const anyGap = fc
    .record({
      title: fc.oneof(
        fc.string(),
        fc.constantFrom("User sees messages", "Messages persist", "Login fails", "Chat.tsx is a stub"),
      ),
      reason: fc.option(fc.oneof(fc.string(), path)),
      severity: fc.constantFrom(...GAP_SEVERITIES),
      category: fc.constantFrom(...GAP_CATEGORIES),
      phase: fc.option(fc.constantFrom("01", "02.1", "02.10", "12A")),
      requirement: fc.option(fc.constantFrom("R-1", "R-2")),
      artifacts: fc.array(fc.record({ path: fc.oneof(path, fc.string()), issue: fc.option(path) }), {
        maxLength: 3,
      }),
      missing: fc.array(fc.oneof(fc.string(), path), { maxLength: 3 }),
      line: fc.nat(50),
      addressed_by: fc.constantFrom<string[]>([], [], [], ["06"]),
    })
    .map((more) => ({ ...gap(), ...more }));

  it("puts every gap that nothing addresses into exactly one group of at most three", () => {
    fc.assert(
      fc.property(fc.array(anyGap, { maxLength: 40 }), (gaps) => {
        const groups = groupGaps(gaps);
        const grouped = groups.flatMap((group) => group.gaps);
        const open = gaps.filter(({ addressed_by }) => addressed_by.length === 0).map(({ key }) => key);
        expect([...grouped].sort()).toEqual(open.sort());
        for (const group of groups) {
          expect(group.gaps.length).toBeGreaterThan(0);
          expect(group.gaps.length).toBeLessThanOrEqual(3);
          expect([1, 2]).toContain(group.estimated_plans);
          expect(group.name.length).toBeLessThanOrEqual(60);
          expect(group.name).not.toMatch(/^gap\s*-/i);
          expect(slugify(group.name)).not.toBe("");
          expect(group.why.length).toBeGreaterThan(0);
        }
        expect(new Set(groups.map(({ name }) => slugify(name))).size).toBe(groups.length);
        const ranks = groups.map(({ gaps: keys }) =>
          Math.min(
            ...gaps
              .filter(({ key }) => keys.includes(key))
              .map(({ severity }) => GAP_SEVERITIES.indexOf(severity)),
          ),
        );
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      }),
    );
  });

  it("does not depend on the order of the input", () => {
    const shuffled = fc
      .array(anyGap, { maxLength: 30 })
      .chain((gaps) =>
        fc.tuple(
          fc.constant(gaps),
          fc.shuffledSubarray(gaps, { minLength: gaps.length, maxLength: gaps.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([gaps, other]) => {
        expect(groupGaps(other)).toEqual(groupGaps(gaps));
        expect(countCategories(other)).toEqual(countCategories(gaps));
      }),
    );
  });

  it("is quick with 10,000 gaps", () => {
    const gaps = Array.from({ length: 10_000 }, (_, index) =>
      gap({
        phase: String(Math.floor(index / 10)).padStart(2, "0"),
        title: `User ${index % 7} sees the messages of chat ${index}`,
        reason: `Chat${index % 900}.tsx does not call it`,
        category: GAP_CATEGORIES[index % GAP_CATEGORIES.length]!,
        artifacts: on(`src/chat/Chat${index % 900}.tsx`, `src/api/messages${index % 4}.ts`),
        missing: [`Call src/api/messages${(index + 1) % 4}.ts`, "Return rows"],
      }),
    );
    groupGaps(gaps.slice(0, 2_000));
    const start = performance.now();
    const groups = groupGaps(gaps);
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(groups.length).toBeLessThan(5_000);
  });
});

describe("countCategories", () => {
  it("gives the highest severity, sorted by it, then by count, then by name", () => {
    const of = (category: Gap["category"], severity: Gap["severity"]) => gap({ category, severity });
    expect(
      countCategories([
        of("ui", "minor"),
        of("docs", "minor"),
        of("ui", "major"),
        of("api", "major"),
        of("api", "cosmetic"),
        of("auth", "major"),
        of("build", "blocker"),
      ]),
    ).toEqual([
      { category: "build", count: 1, severity: "blocker" },
      { category: "api", count: 2, severity: "major" },
      { category: "ui", count: 2, severity: "major" },
      { category: "auth", count: 1, severity: "major" },
      { category: "docs", count: 1, severity: "minor" },
    ]);
  });
});
