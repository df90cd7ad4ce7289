import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readIdList, readItemIds, readRequirementIds } from "../../src/domain/requirement-ids.ts";

describe("readRequirementIds", () => {
  test.each<[string, string[]]>([
    ["A-01, A-02", ["A-01", "A-02"]],
    ["[A-01, A-02]", ["A-01", "A-02"]],
    ["ORCH-01", ["ORCH-01"]],
    ["  `A-01` and **B-02**  ", ["A-01", "B-02"]],
    ["A-01, A-02, A-01", ["A-01", "A-02"]],
    ["[PINT-01] (refinement), [SIDE-02] (ring buffer only)", ["PINT-01", "SIDE-02"]],
    ["MAINT-02 (gap closure)", ["MAINT-02"]],
    ["MED-29, LOW items", ["MED-29"]],
    ["v1.1-MILESTONE-AUDIT.md ISSUE-1, ISSUE-2 + tech debt items", ["ISSUE-1", "ISSUE-2"]],
    // Every form that real files have.
    ["AUTH-V2-01, E2E-01, L10N-01, ENG-F01", ["AUTH-V2-01", "E2E-01", "L10N-01", "ENG-F01"]],
    ["GAMES-04b, REQ-16-01, REM-013", ["GAMES-04b", "REQ-16-01", "REM-013"]],
    ["T6, T7", ["T6", "T7"]],
    // Notes in parentheses name what moved elsewhere; after a bare count they are the value.
    ["UX-01, UX-02 *(KEYS-01 moved to Phase 3 per DV-1 (P2))*", ["UX-01", "UX-02"]],
    ["4 (REL-01 to REL-04)", ["REL-01", "REL-02", "REL-03", "REL-04"]],
    ["2 (A-01, A-02)", ["A-01", "A-02"]],
    ["13 (A-01–03, B-01–02)", ["A-01", "A-02", "A-03", "B-01", "B-02"]],
    ["3 requirements (A-1..A-3)", ["A-1", "A-2", "A-3"]],
    ["(A-01, A-02)", ["A-01", "A-02"]],
    // A clause that does not begin with an id speaks about other phases' ids.
    ["SRC-01, FEED-01; reframes GAMES-04a + INGEST-02", ["SRC-01", "FEED-01"]],
    ["A-01; A-02; and A-03", ["A-01", "A-02", "A-03"]],
    ["A-01 — see B-01", ["A-01"]],
    ["D-08..D-10 + D-22a, D-PRE, D-S1..D-S3", ["D-08", "D-09", "D-10", "D-22a", "D-S1", "D-S2", "D-S3"]],
    // Ranges and shorthand.
    ["A-01–04", ["A-01", "A-02", "A-03", "A-04"]],
    ["A-01..03", ["A-01", "A-02", "A-03"]],
    ["A-01...A-03", ["A-01", "A-02", "A-03"]],
    ["REL-01 through REL-03", ["REL-01", "REL-02", "REL-03"]],
    ["REL-01 - REL-03", ["REL-01", "REL-02", "REL-03"]],
    ["REL-01-REL-03", ["REL-01", "REL-02", "REL-03"]],
    ["REL-01 to 03", ["REL-01", "REL-02", "REL-03"]],
    ["REL-09–REL-11", ["REL-09", "REL-10", "REL-11"]],
    ["RAPI-01, 02, 05", ["RAPI-01", "RAPI-02", "RAPI-05"]],
    ["QUOTA-01/02 and GAMES-04b/c", ["QUOTA-01", "QUOTA-02", "GAMES-04b", "GAMES-04c"]],
    ["A-01 to B-03", ["A-01", "B-03"]],
    ["A-05 to A-02", ["A-05", "A-02"]],
    ["A-1..A-5000", ["A-1", "A-5000"]],
    // None, counts and prose.
    ["None", []],
    ["None (enhancement to existing VAL-01 requirements)", []],
    ["N/A (polish)", []],
    ["TBD", []],
    ["26", []],
    ["38 total (5 Performance, 10 UX Polish)", []],
    ["(Derived - test coverage for all v4.5 features, UX testing)", []],
    ["FDA TRC compliance, P21 validation readiness", []],
    ["All items from PHASE3_AUDIT.md sections 2-6 and 9", []],
    ["Export as UTF-8 with SHA-256 sums and ISO-8601 dates", []],
    ["A-01 and 3 others", ["A-01"]],
    ["", []],
  ])("%s", (value, ids) => {
    expect(readRequirementIds(value)).toEqual(ids);
  });

  test("a range stands for at most 100 ids", () => {
    expect(readRequirementIds("A-001..A-100")).toHaveLength(100);
    expect(readRequirementIds("A-001..A-101")).toEqual(["A-001", "A-101"]);
  });

  test("any text gives distinct ids, each spelled like one", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[A-C0-9a ,.()–/;-]{0,60}$/)), (value) => {
        const ids = readRequirementIds(value);
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of ids) expect(id).toMatch(/^[A-Z][A-Z0-9-]*\d[a-z]?$/);
      }),
    );
  });

  test("a list of ids is read back", () => {
    const id = fc.stringMatching(/^[A-Z]{2,5}-\d{2,3}$/);
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1 }), (ids) => {
        const standards = ids.some((one) => /^(?:ISO|SHA|AES|RFC|UTF)-/.test(one));
        fc.pre(!standards);
        expect(readRequirementIds(ids.join(", "))).toEqual(ids);
      }),
    );
  });
});

test.each<[string, string[]]>([
  ["**AUTH-01**: User can log in with SSO-02", ["AUTH-01"]],
  ["REQ-012: Message display (gap closure)", ["REQ-012"]],
  ["AUTH-01 — text about B-02", ["AUTH-01"]],
  ["AUTH-01, AUTH-02", ["AUTH-01", "AUTH-02"]],
  ["Everything works", []],
])("the ids of a list item: %s", (item, ids) => {
  expect(readItemIds(item)).toEqual(ids);
});

test.each<[string, string[] | null]>([
  ["RAPI-01, 02, 03", ["RAPI-01", "RAPI-02", "RAPI-03"]],
  ["QH-01, RAPI-05/.NET", ["QH-01", "RAPI-05"]],
  ["completed 2026-03-15", null],
  ["Fix A-01", null],
  ["", null],
])("a text that is only ids: %s", (text, ids) => {
  expect(readIdList(text)).toEqual(ids);
});
